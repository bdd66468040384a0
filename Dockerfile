FROM node:20-bookworm AS build
WORKDIR /app
COPY package.json package-lock.json ./
# Native parts are built here, where there is a compiler; the build of the sources follows when they are there.
RUN npm ci --omit=dev --ignore-scripts && npm rebuild better-sqlite3
COPY . .
RUN npm run build

FROM node:20-bookworm-slim
WORKDIR /app
COPY --from=build --chown=node:node /app /app
RUN mkdir /data && chown node:node /data
USER node
# In production every caller shows a token, whatever the address.
ENV NODE_ENV=production HOST=0.0.0.0 DATAMIND_HOME=/data
EXPOSE 8000
CMD ["node", "dist/src/cli/datamind.cjs", "serve"]
