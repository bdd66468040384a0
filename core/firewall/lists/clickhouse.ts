/**
 * ClickHouse 24.8 to 26.7: from `system.functions`, less what reads files, dictionaries, settings, the server or other tables.
 * Names are compared  lower case. What is not known to be total counts as one that may raise.
 */
import { classify, type FirewallList, words } from './firewall-list.js';

export const clickhouse: FirewallList = Object.freeze({
  dialect: 'clickhouse',
  functions: classify({
    total: `
      abs accurateCastOrDefault columns accurateCastOrNull acos acosh all alphaTokens and any_respect_nulls any_value
      anyHeavy anyLast argMax argMin array arrayCompact arrayConcat arrayDistinct arrayElement arrayElementOrNull
      arrayEnumerate arrayFirstOrNull arrayFlatten arrayIntersect arrayLastOrNull arrayPopBack arrayPopFront
      arrayPushBack arrayPushFront arrayReverse arrayReverseSort arraySlice arraySort arrayStringConcat arrayUniq
      ascii asin asinh atan atan2 atanh avg base64Encode bin bitAnd bitCount bitNot bitOr bitXor
      caseWithExpression cbrt ceil ceiling CHAR_LENGTH CHARACTER_LENGTH cityHash64 coalesce concat concat_ws
      concatWithSeparator corr cos cosh count countEqual countSubstrings covarPop covarSamp CRC32 cume_dist
      cutQueryString cutWWW dateDiff DAY DAYOFMONTH DAYOFWEEK DAYOFYEAR degrees dense_rank denseRank divideOrNull
      domain domainWithoutWWW e empty endsWith endsWithUTF8 equals erf erfc exists exp exp10 exp2
      extractURLParameter farmHash64 first_value floor fromModifiedJulianDayOrNull greater
      greaterOrEquals greatest groupArray groupBitAnd groupBitOr groupBitXor groupUniqArray halfMD5 has hasAll
      hasAny hasTokenCaseInsensitiveOrNull hasTokenOrNull hex HOUR hypot identity if ifNotFinite ifNull ignore ilike
       indexOf initcap initcapUTF8 intDivOrNull intDivOrZero interval intHash32 intHash64 IPv4NumToString
      IPv4StringToNumOrDefault IPv4StringToNumOrNull IPv6StringToNumOrDefault IPv6StringToNumOrNull isDistinctFrom
      isFinite isInfinite isIPv4String isIPv6String isNaN isNotDistinctFrom isNotNull isNull isNullable isValidJSON
      isZeroOrNull JSONExtractArrayRaw JSONExtractBool JSONExtractFloat JSONExtractInt JSONExtractKeys
      JSONExtractRaw JSONExtractString JSONExtractUInt JSONHas JSONLength JSONType kurtPop kurtSamp lag lagInFrame
      last_value lcase lead leadInFrame least left leftUTF8 length lengthUTF8 less lessOrEquals like ln locate log
      log10 log1p log2 lower lowerUTF8 ltrim map mapContains mapKeys mapValues materialize max max2 maxMap MD5
      median mid min min2 minMap MINUTE modOrNull moduloOrNull moduloOrZero MONTH monthName multiIf murmurHash2_64
      murmurHash3_64 negate not notEmpty notEquals notILike notLike nth_value nullIf
      OCTET_LENGTH or parseDateTime32BestEffortOrNull parseDateTime32BestEffortOrZero
      parseDateTime64BestEffortOrNull parseDateTime64BestEffortOrZero parseDateTime64BestEffortUSOrNull
      parseDateTime64BestEffortUSOrZero parseDateTime64InJodaSyntaxOrNull parseDateTime64InJodaSyntaxOrZero
      parseDateTime64OrNull parseDateTime64OrZero parseDateTimeBestEffortOrNull parseDateTimeBestEffortOrZero
      parseDateTimeBestEffortUSOrNull parseDateTimeBestEffortUSOrZero parseDateTimeInJodaSyntaxOrNull
      parseDateTimeInJodaSyntaxOrZero parseDateTimeOrNull parseDateTimeOrZero parseReadableSizeOrNull
      parseReadableSizeOrZero path percent_rank pi pmodOrNull position positionCaseInsensitive positionUTF8
      positiveModuloOrNull pow power protocol quantile quantileExact quantiles quantileTDigest quantileTiming
      QUARTER queryString radians rank replace replaceAll replaceOne reverse reverseUTF8 right rightUTF8 round
      roundAge roundBankers roundDown roundDuration roundToExp2 row_number rtrim SECOND SHA1 SHA256 SHA512 sigmoid
      sign sin singleValueOrNull sinh sipHash64 skewPop skewSamp splitByChar splitByString splitByWhitespace sqr
      sqrt startsWith startsWithUTF8 stddevPop stddevSamp substr substring substringUTF8 sum sumMap tan tanh
      timeZoneOffset toBFloat16OrNull toBFloat16OrZero toDate32OrDefault toDate32OrNull toDate32OrZero
      toDateOrDefault toDateOrNull toDateOrZero toDateTime64OrDefault toDateTime64OrNull toDateTime64OrZero
      toDateTimeOrDefault toDateTimeOrNull toDateTimeOrZero toDayOfMonth toDayOfWeek toDayOfYear
      toDecimal128OrDefault toDecimal128OrNull toDecimal128OrZero toDecimal256OrDefault toDecimal256OrNull
      toDecimal256OrZero toDecimal32OrDefault toDecimal32OrNull toDecimal32OrZero toDecimal64OrDefault
      toDecimal64OrNull toDecimal64OrZero toFloat32OrDefault toFloat32OrNull toFloat32OrZero toFloat64OrDefault
      toFloat64OrNull toFloat64OrZero toHour toInt128OrDefault toInt128OrNull toInt128OrZero toInt16OrDefault
      toInt16OrNull toInt16OrZero toInt256OrDefault toInt256OrNull toInt256OrZero toInt32OrDefault toInt32OrNull
      toInt32OrZero toInt64OrDefault toInt64OrNull toInt64OrZero toInt8OrDefault toInt8OrNull toInt8OrZero
      toIPv4OrDefault toIPv4OrNull toIPv4OrZero toIPv6OrDefault toIPv6OrNull toIPv6OrZero toISOWeek toISOYear
      toLastDayOfMonth toMinute toModifiedJulianDayOrNull toMonday toMonth toNullable topK topLevelDomain toQuarter
      toRelativeDayNum toRelativeMonthNum toRelativeWeekNum toRelativeYearNum toSecond toStartOfDay
      toStartOfFifteenMinutes toStartOfFiveMinutes toStartOfHour toStartOfMinute toStartOfMonth toStartOfQuarter
      toStartOfTenMinutes toStartOfWeek toStartOfYear toString toTime64OrNull toTime64OrZero toTimeOrNull
      toTimeOrZero toTimezone toTypeName toUInt128OrDefault toUInt128OrNull toUInt128OrZero toUInt16OrDefault
      toUInt16OrNull toUInt16OrZero toUInt256OrDefault toUInt256OrNull toUInt256OrZero toUInt32OrDefault
      toUInt32OrNull toUInt32OrZero toUInt64OrDefault toUInt64OrNull toUInt64OrZero toUInt8OrDefault toUInt8OrNull
      toUInt8OrZero toUUIDOrDefault toUUIDOrNull toUUIDOrZero toWeek toYear toYearWeek toYYYYMM toYYYYMMDD
      toYYYYMMDDhhmmss transform trim trimBoth trimLeft trimRight trunc truncate tuple tupleElement
      tupleIntDivOrZero ucase uniq uniqCombined uniqCombined64 uniqExact uniqHLL12 upper upperUTF8 values varPop
      varSamp visitParamExtractString visitParamHas xor xxHash32 xxHash64 YEAR`,
    may_raise: `
      accurateCast addDate addDays addHours addInterval addMicroseconds addMilliseconds addMinutes addMonths
      addNanoseconds addQuarters addSeconds addTupleOfIntervals addWeeks addYears analysisOfVariance anova ANY
      any_value_respect_nulls anyLast_respect_nulls anyLastRespectNulls anyRespectNulls anyValueRespectNulls
      appendTrailingCharIfAbsent approx_top_count approx_top_k approx_top_sum areaCartesian areaSpherical argAndMax
      argAndMin array_agg array_concat_agg array_remove array_to_string arrayAll arrayAUC arrayAUCPR
      arrayAutocorrelation arrayAvg arrayBottomK arrayCount arrayCumSum arrayCumSumNonNegative arrayDifference
      arrayDotProduct arrayEnumerateDense arrayEnumerateDenseRanked arrayEnumerateUniq arrayEnumerateUniqRanked
      arrayExcept arrayExists arrayFill arrayFilter arrayFirst arrayFirstIndex arrayFold arrayJaccardIndex arrayJoin
      arrayLast arrayLastIndex arrayLevenshteinDistance arrayLevenshteinDistanceWeighted arrayMap arrayMax arrayMin
      arrayNormalizedGini arrayPartialReverseSort arrayPartialSort arrayPRAUC arrayProduct arrayReduce arrayRemove
      arrayReverseFill arrayReverseSplit arrayROCAUC arrayRotateLeft arrayRotateRight arrayShiftLeft arrayShiftRight
      arraySimilarity arraySplit arraySum arraySymmetricDifference arrayTopK arrayTranspose arrayUnion arrayZip
      arrayZipUnaligned avg2 avgWeighted bar base32Decode base32Encode base58Decode base58Encode base64Decode
      base64URLDecode base64URLEncode basename BIT_AND BIT_OR BIT_XOR bitHammingDistance bitmapAnd
      bitmapAndCardinality bitmapAndnot bitmapAndnotCardinality bitmapBuild bitmapCardinality bitmapContains
      bitmapHasAll bitmapHasAny bitmapMax bitmapMin bitmapOr bitmapOrCardinality bitmapSubsetInRange
      bitmapSubsetLimit bitmapToArray bitmapTransform bitmapXor bitmapXorCardinality bitPositionsToArray
      bitRotateLeft bitRotateRight bitShiftLeft bitShiftRight bitSlice bitTest bitTestAll bitTestAny boundingRatio
      byteHammingDistance byteSlice byteSwap CARDINALITY caseFoldUTF8 caseWithExpr caseWithoutExpr
      caseWithoutExpression cast categoricalInformationValue changeDay changeHour changeMinute changeMonth
      changeSecond changeYear char clamp colorOKLABToSRGB colorOKLCHToSRGB colorSRGBToOKLAB colorSRGBToOKLCH
      compareSubstrings concatAssumeInjective concatWithSeparatorAssumeInjective contingency conv convertCharset
      corrMatrix corrStable cosineDistance cosineDistanceTransposed cosineDistanceTransposedQuantized countDigits
      countMatches countMatchesCaseInsensitive countSubstringsCaseInsensitive countSubstringsCaseInsensitiveUTF8
      COVAR_POP COVAR_SAMP covarPopMatrix covarPopStable covarSampMatrix covarSampStable cramersV
      cramersVBiasCorrected CRC32IEEE CRC64 cutFragment cutIPv6 cutQueryStringAndFragment
      cutToFirstSignificantSubdomain cutToFirstSignificantSubdomainCustom cutToFirstSignificantSubdomainCustomRFC
      cutToFirstSignificantSubdomainCustomWithWWW cutToFirstSignificantSubdomainCustomWithWWWRFC
      cutToFirstSignificantSubdomainRFC cutToFirstSignificantSubdomainWithWWW
      cutToFirstSignificantSubdomainWithWWWRFC cutURLParameter damerauLevenshteinDistance date date_add date_bin
      DATE_DIFF DATE_FORMAT date_sub DATE_TRUNC dateadd datename datesub datetime dateTime64ToSnowflakeID
      dateTimeToSnowflakeID dateTrunc decodeHTMLComponent decodeURLComponent decodeURLFormComponent
      decodeXMLComponent deltaSum deltaSumTimestamp dequantizeInt8ToBFloat16 digits distanceCosine
      distanceCosineTransposed distanceL1 distanceL2 distanceL2Squared distanceL2Transposed distanceLinf distanceLp
      distinctDynamicTypes distinctJSONPaths distinctJSONPathsAndTypes divide divideDecimal domainRFC
      domainWithoutWWWRFC dotProduct dotProductTransposed dotProductTransposedQuantized dynamicElement dynamicType
      editDistance editDistanceUTF8 emptyArrayDate emptyArrayDateTime emptyArrayFloat32 emptyArrayFloat64
      emptyArrayInt16 emptyArrayInt32 emptyArrayInt64 emptyArrayInt8 emptyArrayString emptyArrayUInt16
      emptyArrayUInt32 emptyArrayUInt64 emptyArrayUInt8 encodeURLComponent encodeURLFormComponent encodeXMLComponent
      endsWithCaseInsensitive endsWithCaseInsensitiveUTF8 entropy exponentialMovingAverage exponentialTimeDecayedAvg
      exponentialTimeDecayedCount exponentialTimeDecayedMax exponentialTimeDecayedSum extract extractAll
      extractAllGroups extractAllGroupsHorizontal extractAllGroupsVertical extractGroups extractKeyValuePairs
      extractKeyValuePairsWithEscaping extractTextFromHTML extractURLParameterNames extractURLParameters factorial
      farmFingerprint64 financialInternalRateOfReturn financialInternalRateOfReturnExtended financialNetPresentValue
      financialNetPresentValueExtended first_value_respect_nulls firstLine firstNonDefault firstSignificantSubdomain
      firstSignificantSubdomainCustom firstSignificantSubdomainCustomRFC firstSignificantSubdomainRFC
      firstValueRespectNulls flatten flattenTuple flipCoordinates FORMAT_BYTES formatDateTime
      formatDateTimeInJodaSyntax formatReadableDecimalSize formatReadableQuantity formatReadableSize
      formatReadableTimeDelta fragment FROM_BASE64 FROM_DAYS FROM_UNIXTIME from_utc_timestamp fromDaysSinceYearZero
      fromDaysSinceYearZero32 fromModifiedJulianDay fromUnixTimestamp fromUnixTimestamp64Micro
      fromUnixTimestamp64Milli fromUnixTimestamp64Nano fromUnixTimestamp64Second fromUnixTimestampInJodaSyntax
      fromUTCTimestamp gccMurmurHash gcd geoDistance geohashDecode geohashEncode geometryIntersectCartesian
      geometryIntersectSpherical geoToH3 geoToMGRS geoToUTM getSizeOfEnumType greatCircleAngle greatCircleDistance
      group_concat groupArrayIntersect groupArrayLast groupArrayMovingAvg groupArrayMovingSum groupArraySample
      groupArraySorted groupBitmap groupBitmapAnd groupBitmapOr groupBitmapXor groupConcat groupFormat
      groupNumericIndexedVector h3CellAreaM2 h3CellAreaRads2 h3Distance h3EdgeAngle h3EdgeLengthKm h3EdgeLengthM
      h3ExactEdgeLengthKm h3ExactEdgeLengthM h3ExactEdgeLengthRads h3GetBaseCell
      h3GetDestinationIndexFromUnidirectionalEdge h3GetFaces h3GetIndexesFromUnidirectionalEdge
      h3GetOriginIndexFromUnidirectionalEdge h3GetPentagonIndexes h3GetRes0Indexes h3GetResolution
      h3GetUnidirectionalEdge h3GetUnidirectionalEdgeBoundary h3GetUnidirectionalEdgesFromHexagon h3HexAreaKm2
      h3HexAreaM2 h3IndexesAreNeighbors h3IsPentagon h3IsResClassIII h3IsValid h3Line h3NumHexagons h3PointDistKm
      h3PointDistM h3PointDistRads h3ToCenterChild h3ToGeo h3ToGeoBoundary h3ToParent h3ToString
      h3UnidirectionalEdgeIsValid hasPhrase hasSubsequence hasSubsequenceCaseInsensitive
      hasSubsequenceCaseInsensitiveUTF8 hasSubsequenceUTF8 hasSubstr hasToken hasTokenCaseInsensitive highlight
      hilbertDecode hilbertEncode histogram HMAC hop hopEnd hopStart icebergHash icebergTruncate indexOfAssumeSorted
      INET6_ATON INET6_NTOA INET_ATON INET_NTOA initializeAggregation instr intDiv intervalLengthSum intExp10
      intExp2 IPv4NumToStringClassC IPv4StringToNum IPv4ToIPv6 IPv6CIDRToRange IPv6NumToString IPv6StringToNum
      isASCII isDecimalOverflow isDynamicElementInSharedData isIPAddressInRange isPrime isProbablePrime isValidASCII
      isValidUTF8 jaroSimilarity jaroWinklerSimilarity javaHash javaHashUTF16LE JSON_ARRAY_LENGTH JSON_EXISTS
      JSON_QUERY JSON_VALUE JSONAllPaths JSONAllPathsWithTypes JSONAllValues JSONArrayLength JSONDynamicPaths
      JSONDynamicPathsWithTypes JSONExtract JSONExtractArrayRawCaseInsensitive JSONExtractBoolCaseInsensitive
      JSONExtractCaseInsensitive JSONExtractFloatCaseInsensitive JSONExtractIntCaseInsensitive
      JSONExtractKeysAndValues JSONExtractKeysAndValuesCaseInsensitive JSONExtractKeysAndValuesRaw
      JSONExtractKeysAndValuesRawCaseInsensitive JSONExtractKeysCaseInsensitive JSONExtractRawCaseInsensitive
      JSONExtractStringCaseInsensitive JSONExtractUIntCaseInsensitive JSONKey JSONMergePatch JSONSharedDataPaths
      JSONSharedDataPathsWithTypes jumpConsistentHash kafkaMurmurHash keccak256 kolmogorovSmirnovTest L1Distance
      L1Norm L1Normalize L2Distance L2DistanceTransposed L2DistanceTransposedQuantized L2Norm L2Normalize
      L2SquaredDistance L2SquaredNorm largestTriangleThreeBuckets LAST_DAY last_value_respect_nulls
      lastValueRespectNulls lcm levenshteinDistance levenshteinDistanceUTF8 lgamma LinfDistance LinfNorm
      LinfNormalize LpDistance LpNorm LpNormalize lttb MACNumToString MACStringToNum
      MACStringToOUI makeDate makeDate32 makeDateTime makeDateTime64 mannWhitneyUTest MAP_FROM_ARRAYS mapAdd mapAll
      mapApply mapConcat mapContainsKey mapContainsKeyLike mapContainsValue mapContainsValueLike mapExists
      mapExtractKeyLike mapExtractValueLike mapFilter mapFromArrays mapFromString mapPartialReverseSort
      mapPartialSort mapReverseSort mapSort mapSubtract mapUpdate match matchPhrase max_by maxIntersections
      maxIntersectionsPosition maxMappedArrays MD4 meanZTest medianBFloat16 medianBFloat16Weighted medianDD
      medianDeterministic medianExact medianExactHigh medianExactLow medianExactWeighted
      medianExactWeightedInterpolated medianGK medianInterpolatedWeighted medianTDigest medianTDigestWeighted
      medianTiming medianTimingWeighted metroHash64 MGRSToGeo MICROSECOND midpoint MILLISECOND min_by
      minMappedArrays minSampleSizeContinous minSampleSizeContinuous minSampleSizeConversion minus mismatches mod
      modulo moduloLegacy mortonDecode mortonEncode multiFuzzyMatchAllIndices multiFuzzyMatchAny
      multiFuzzyMatchAnyIndex multiMatchAllIndices multiMatchAny multiMatchAnyIndex multiply multiplyDecimal
      multiSearchAllPositions multiSearchAllPositionsCaseInsensitive multiSearchAllPositionsCaseInsensitiveUTF8
      multiSearchAllPositionsUTF8 multiSearchAny multiSearchAnyCaseInsensitive multiSearchAnyCaseInsensitiveUTF8
      multiSearchAnyUTF8 multiSearchFirstIndex multiSearchFirstIndexCaseInsensitive
      multiSearchFirstIndexCaseInsensitiveUTF8 multiSearchFirstIndexUTF8 multiSearchFirstPosition
      multiSearchFirstPositionCaseInsensitive multiSearchFirstPositionCaseInsensitiveUTF8
      multiSearchFirstPositionUTF8 murmurHash2_32 murmurHash3_128 murmurHash3_32 NANOSECOND NATURAL_SORT_KEY
      naturalSortKey neighbor nested netloc ngramDistance ngramDistanceCaseInsensitive
      ngramDistanceCaseInsensitiveUTF8 ngramDistanceUTF8 ngramMinHash ngramMinHashArg ngramMinHashArgCaseInsensitive
      ngramMinHashArgCaseInsensitiveUTF8 ngramMinHashArgUTF8 ngramMinHashCaseInsensitive
      ngramMinHashCaseInsensitiveUTF8 ngramMinHashUTF8 ngramSearch ngramSearchCaseInsensitive
      ngramSearchCaseInsensitiveUTF8 ngramSearchUTF8 ngramSimHash ngramSimHashCaseInsensitive
      ngramSimHashCaseInsensitiveUTF8 ngramSimHashUTF8 nonNegativeDerivative normalizeL1 normalizeL2 normalizeLinf
      normalizeLp normalizeUTF8NFC normalizeUTF8NFD normalizeUTF8NFKC normalizeUTF8NFKCCasefold normalizeUTF8NFKD
      normL1 normL2 normL2Squared normLinf normLp ntile numericIndexedVectorAllValueSum numericIndexedVectorBuild
      numericIndexedVectorCardinality numericIndexedVectorGetValue numericIndexedVectorPointwiseAdd
      numericIndexedVectorPointwiseDivide numericIndexedVectorPointwiseEqual numericIndexedVectorPointwiseGreater
      numericIndexedVectorPointwiseGreaterEqual numericIndexedVectorPointwiseLess
      numericIndexedVectorPointwiseLessEqual numericIndexedVectorPointwiseMultiply
      numericIndexedVectorPointwiseNotEqual numericIndexedVectorPointwiseSubtract
      numericIndexedVectorShortDebugString numericIndexedVectorToMap overlay overlayUTF8 parseDateTime
      parseDateTime32BestEffort parseDateTime64 parseDateTime64BestEffort parseDateTime64BestEffortUS
      parseDateTime64InJodaSyntax parseDateTimeBestEffort parseDateTimeBestEffortUS parseDateTimeInJodaSyntax
      parseReadableSize parseTimeDelta pathFull percentRank perimeterCartesian perimeterSpherical plus pmod
      pointInEllipses pointInPolygon polygonAreaCartesian polygonAreaSpherical polygonConvexHullCartesian
      polygonPerimeterCartesian polygonPerimeterSpherical polygonsDistanceCartesian polygonsDistanceSpherical
      polygonsEqualsCartesian polygonsIntersectCartesian polygonsIntersectionCartesian polygonsIntersectionSpherical
      polygonsIntersectSpherical polygonsSymDifferenceCartesian polygonsSymDifferenceSpherical
      polygonsUnionCartesian polygonsUnionSpherical polygonsWithinCartesian polygonsWithinSpherical port portRFC
      positionCaseInsensitiveUTF8 positive_modulo positive_modulo_or_null positiveModulo prettyPrintJSON printf
      proportionsZTest quantileBFloat16 quantileBFloat16Weighted quantileDD quantileDeterministic
      quantileExactExclusive quantileExactHigh quantileExactInclusive quantileExactLow quantileExactWeighted
      quantileExactWeightedInterpolated quantileGK quantileInterpolatedWeighted quantilePrometheusHistogram
      quantilesBFloat16 quantilesBFloat16Weighted quantilesDD quantilesDeterministic quantilesExact
      quantilesExactExclusive quantilesExactHigh quantilesExactInclusive quantilesExactLow quantilesExactWeighted
      quantilesExactWeightedInterpolated quantilesGK quantilesInterpolatedWeighted quantilesPrometheusHistogram
      quantilesTDigest quantilesTDigestWeighted quantilesTiming quantilesTimingWeighted quantileTDigestWeighted
      quantileTimingWeighted quantizeBFloat16ToInt8 queryStringAndFragment rankCorr readWKB readWKBLineString
      readWKBMultiLineString readWKBMultiPolygon readWKBPoint readWKBPolygon readWKT readWKTLineString
      readWKTMultiLineString readWKTMultiPolygon readWKTPoint readWKTPolygon readWKTRing REGEXP_EXTRACT regexp_instr
      REGEXP_MATCHES REGEXP_REPLACE REGEXP_SUBSTR regexpExtract regexpInstr regexpPosition regexpQuoteMeta
      reinterpret reinterpretAsDate reinterpretAsDateTime reinterpretAsFixedString reinterpretAsFloat32
      reinterpretAsFloat64 reinterpretAsInt128 reinterpretAsInt16 reinterpretAsInt256 reinterpretAsInt32
      reinterpretAsInt64 reinterpretAsInt8 reinterpretAsString reinterpretAsUInt128 reinterpretAsUInt16
      reinterpretAsUInt256 reinterpretAsUInt32 reinterpretAsUInt64 reinterpretAsUInt8 reinterpretAsUUID
      removeAccentsUTF8 removeDiacriticsUTF8 replaceRegexpAll replaceRegexpOne retention reverseBySeparator
      RIPEMD160 scalarProduct scalarProductTransposed sequenceCount sequenceMatch sequenceMatchEvents
      seriesDecomposeSTL seriesOutliersDetectTukey SHA224 SHA384 SHA512_256 simpleJSONExtractBool
      simpleJSONExtractFloat simpleJSONExtractInt simpleJSONExtractRaw simpleJSONExtractString simpleJSONExtractUInt
      simpleJSONHas simpleLinearRegression sipHash128 sipHash128Keyed sipHash128Reference sipHash128ReferenceKeyed
      sipHash64Keyed snowflakeIDToDateTime snowflakeIDToDateTime64 soundex sparkBar splitByAlpha splitByNonAlpha
      splitByRegexp sqid sqidDecode sqidEncode ST_LineFromWKB ST_MLineFromWKB ST_MPolyFromWKB ST_PointFromWKB
      ST_PolyFromWKB startsWithCaseInsensitive startsWithCaseInsensitiveUTF8 STD STDDEV STDDEV_POP STDDEV_SAMP
      stddevPopStable stddevSampStable str_to_date str_to_map string_agg stringBytesEntropy stringBytesUniq
      stringJaccardIndex stringJaccardIndexUTF8 stringToH3 studentTTest studentTTestOneSample subBitmap subDate
      SUBSTRING_INDEX substringIndex substringIndexUTF8 subtractDays subtractHours subtractInterval
      subtractMicroseconds subtractMilliseconds subtractMinutes subtractMonths subtractNanoseconds subtractQuarters
      subtractSeconds subtractTupleOfIntervals subtractWeeks subtractYears sumCount sumKahan sumMapFiltered
      sumMapFilteredWithOverflow sumMappedArrays sumMapWithOverflow sumWithOverflow SVG tgamma theilsU time_bucket
      timeDiff timeSlot timestamp TIMESTAMP_DIFF timestampadd timestampDiff timestampsub timeZoneOf TO_BASE64
      TO_DAYS TO_UNIXTIME to_utc_timestamp toBFloat16 toBool toDate toDate32 toDateTime toDateTime32 toDateTime64
      toDaysInMonth toDaysSinceYearZero toDecimal128 toDecimal256 toDecimal32 toDecimal64 toDecimalString toFloat32
      toFloat64 toInt128 toInt16 toInt256 toInt32 toInt64 toInt8 toInterval toIntervalDay toIntervalHour
      toIntervalMicrosecond toIntervalMillisecond toIntervalMinute toIntervalMonth toIntervalNanosecond
      toIntervalQuarter toIntervalSecond toIntervalWeek toIntervalYear toIPv4 toIPv6 toJSONString tokens
      tokensForLikePattern toLastDayOfWeek toLowCardinality toMicrosecond toMillisecond toModifiedJulianDay
      toMonthNumSinceEpoch toNanosecond topKWeighted topLevelDomainRFC toRelativeHourNum toRelativeMinuteNum
      toRelativeQuarterNum toRelativeSecondNum toStartOfFiveMinute toStartOfInterval toStartOfISOYear
      toStartOfMicrosecond toStartOfMillisecond toStartOfNanosecond toStartOfSecond toStringCutToZero toTime
      toTime64 toTimeWithFixedDate toUInt128 toUInt16 toUInt256 toUInt32 toUInt64 toUInt8 toUnixTimestamp
      toUnixTimestamp64Micro toUnixTimestamp64Milli toUnixTimestamp64Nano toUnixTimestamp64Second toUTCTimestamp
      toUUID toValidUTF8 toYearNumSinceEpoch translate translateUTF8 TRY_CAST tryBase32Decode tryBase58Decode
      tryBase64Decode tryBase64URLDecode tumble tumbleEnd tumbleStart tupleConcat tupleDivide tupleDivideByNumber
      tupleHammingDistance tupleIntDiv tupleIntDivByNumber tupleIntDivOrZeroByNumber tupleMinus tupleModulo
      tupleModuloByNumber tupleMultiply tupleMultiplyByNumber tupleNames tupleNegate tuplePlus
      tuplePositiveModuloByNumber tupleToNameValuePairs unbin unhex uniqUpTo unnest URLHash URLHierarchy
      URLPathHierarchy UTMToGeo UUIDNumToString UUIDStringToNum UUIDToNum UUIDv7ToDateTime validateNestedArraySizes
      VAR_POP VAR_SAMP variantElement variantType varPopStable varSampStable vectorDifference vectorSum visibleWidth
      visitParamExtractBool visitParamExtractFloat visitParamExtractInt visitParamExtractRaw visitParamExtractUInt
      week welchTTest width_bucket widthBucket windowFunnel windowID WKB WKT wordShingleMinHash
      wordShingleMinHashArg wordShingleMinHashArgCaseInsensitive wordShingleMinHashArgCaseInsensitiveUTF8
      wordShingleMinHashArgUTF8 wordShingleMinHashCaseInsensitive wordShingleMinHashCaseInsensitiveUTF8
      wordShingleMinHashUTF8 wordShingleSimHash wordShingleSimHashCaseInsensitive
      wordShingleSimHashCaseInsensitiveUTF8 wordShingleSimHashUTF8 wyHash64 xxh3 xxh3_128 xxHash64Spark
      yandexConsistentHash yearweek YYYYMMDDhhmmssToDateTime YYYYMMDDhhmmssToDateTime64 YYYYMMDDToDate
      YYYYMMDDToDate32`,
    volatile: `
      age arrayPartialShuffle arrayRandomSample arrayShuffle curdate current_date current_timestamp dateTimeToUUIDv7
      generateSnowflakeID generateUUIDv4 generateUUIDv7 localtime localtimestamp now now64 nowInBlock nowInBlock64
      rand rand32 rand64 randBernoulli randBinomial randCanonical randChiSquared randConstant randExponential
      randFisherF randLogNormal randNegativeBinomial randNormal randomFixedString randomPrintableASCII randomString
      randomStringUTF8 randPoisson randStudentT randUniform today UTC_timestamp UTCTimestamp yesterday`,
    expensive: `
      arrayReduceInRanges arrayResize arrayShingles arrayWithConstant bitmaskToArray bitmaskToList
      emptyArrayToSingle generate_series generateSeries geohashesInBox groupArrayInsertAt h3HexRing h3kRing
      h3PolygonToCells h3PolygonToCellsWithContainment h3ToChildren IPv4CIDRToRange leftPad leftPadUTF8 lpad
      mapPopulateSeries ngrams numbers range repeat replicate rightPad rightPadUTF8 rpad space sparseGrams
      sparseGramsHashes sparseGramsHashesUTF8 sparseGramsUTF8 timeSlots toFixedString`,
    never: `
      assumeNotNull
      in notIn nullIn notNullIn globalIn globalNotIn
      _CAST addressToLine addressToLineWithInlines addressToSymbol aes_decrypt_mysql aes_encrypt_mysql aggThrow
      AIClassify aiEmbed AIExtract AIGenerate AITranslate arrowstream authenticatedUser authUser azureBlobStorage
      blockNumber blockSerializedSize blockSize buildId byteSize catboostEvaluate chdb cluster clusterAllReplicas
      connection_id connectionId cosn current_database current_query_id current_schemas current_user currentDatabase
      currentProfiles currentQueryID currentRoles currentSchemas currentUser DATABASE decrypt defaultProfiles
      defaultRoles defaultValueOfArgumentType defaultValueOfTypeName deltaLake demangle dictGet dictGetAll
      dictGetChildren dictGetDate dictGetDateOrDefault dictGetDateTime dictGetDateTimeOrDefault dictGetDescendants
      dictGetFloat32 dictGetFloat32OrDefault dictGetFloat64 dictGetFloat64OrDefault dictGetHierarchy dictGetInt16
      dictGetInt16OrDefault dictGetInt32 dictGetInt32OrDefault dictGetInt64 dictGetInt64OrDefault dictGetInt8
      dictGetInt8OrDefault dictGetIPv4 dictGetIPv4OrDefault dictGetIPv6 dictGetIPv6OrDefault dictGetKeys
      dictGetOrDefault dictGetOrNull dictGetRoot dictGetString dictGetStringOrDefault dictGetUInt16
      dictGetUInt16OrDefault dictGetUInt32 dictGetUInt32OrDefault dictGetUInt64 dictGetUInt64OrDefault dictGetUInt8
      dictGetUInt8OrDefault dictGetUUID dictGetUUIDOrDefault dictHas dictionary dictIsIn displayName
      dumpColumnStructure enabledProfiles enabledRoles encrypt errorCodeToName estimateCompressionRatio eval
      evalMLMethod executable file fileCluster filesystem filesystemAvailable filesystemCapacity
      filesystemUnreserved finalizeAggregation flameGraph format formatQuery formatQueryOrNull formatQuerySingleLine
      formatQuerySingleLineOrNull formatRow formatRowNoNewline FQDN fullHostName fuzzBits fuzzJSON fuzzQuery gcs
      generateRandom generateRandomStructure generateSerialID getClientHTTPHeader getMacro
      getMaxTableNameLengthForDatabase getMergeTreeSetting getOSKernelVersion getServerPort getServerSetting
      getSetting getSettingOrDefault getSubcolumn getTypeSerializationStreams globalInIgnoreSet globalNotInIgnoreSet
      globalNotNullIn globalNotNullInIgnoreSet globalNullIn globalNullInIgnoreSet globalVariable hasAllToken
      hasAllTokens hasAnyToken hasAnyTokens hasColumnInTable hasThreadFuzzer hdfs hdfsCluster highlightQuery
      hiveHash hostName hudi iceberg icebergBucket icebergS3 indexHint inIgnoreSet initial_query_id
      initial_query_start_time initialQueryID initialQueryStartTime input isConstant isMergeTreePartCoveredBy jdbc
      joinGet joinGetOrNull kostikConsistentHash logTrace loop lowCardinalityIndices lowCardinalityKeys merge mergeTreeAnalyzeIndexes
      mergeTreeIndex mergeTreePartInfo mergeTreeProjection mergeTreeTextIndex mongodb MVTBoundingBox
      MVTBoundingBoxMercator MVTEncode MVTEncodeGeom mysql naiveBayesClassifier naiveBayesClassifierWithAllProbs
      naiveBayesClassifierWithProb naiveBayesNgrams normalizedQueryHash normalizedQueryHashKeepNames normalizeQuery
      normalizeQueryKeepNames nothing nothingNull nothingUInt64 notInIgnoreSet notNullInIgnoreSet null
      nullInIgnoreSet numbers_mt obfuscateQuery obfuscateQueryWithSeed odbc oss paimon partitionID postgresql primes
      prometheusQuery query_id queryID randomHadamardTransform redis regionHierarchy regionIn regionToArea
      regionToCity regionToContinent regionToCountry regionToDistrict regionToName regionToPopulation
      regionToTopContinent remote remoteSecure revision rowNumberInAllBlocks rowNumberInBlock runningAccumulate
      runningConcurrency runningDifference runningDifferenceStartingWithFirstValue s3 s3Cluster SCHEMA
      sequenceNextNode serverTimeZone serverUUID session_user shardCount shardNum showCertificate sleep sleepEachRow
      sqlite ST_AsMVT ST_AsMVTGeom stochasticLinearRegression stochasticLogisticRegression
      structureToCapnProtoSchema structureToProtobufSchema tcpPort throwIf tid timeSeriesChangesToGrid
      timeSeriesCopyTag timeSeriesCopyTags timeSeriesData timeSeriesDeltaToGrid timeSeriesDerivToGrid
      timeSeriesExtractTag timeSeriesFromGrid timeSeriesGroupArray timeSeriesGroupToSamplingKey
      timeSeriesGroupToTags timeSeriesIdToGroup timeSeriesIdToTags timeSeriesIdToTagsGroup timeSeriesIncreaseToGrid
      timeSeriesInstantDeltaToGrid timeSeriesInstantRateToGrid timeSeriesJoinTags timeSeriesLastToGrid
      timeSeriesLastTwoSamples timeSeriesMetrics timeSeriesPredictLinearToGrid timeSeriesRange timeSeriesRateToGrid
      timeSeriesRemoveAllTagsExcept timeSeriesRemoveTag timeSeriesRemoveTags timeSeriesReplaceTag
      timeSeriesResampleToGridWithStaleness timeSeriesResetsToGrid timeSeriesSamples timeSeriesSelector
      timeSeriesStoreTags timeSeriesTags timeSeriesTagsGroupToTags timeSeriesTagsToGroup
      timeSeriesThrowDuplicateSeriesIf timeZone toColumnTypeName tokenizeQuery transactionID
      transactionLatestSnapshot transactionOldestSnapshot tryDecrypt uptime url urlCluster user version view
      viewExplain viewIfPermitted ytsaurus zeros zeros_mt zookeeperSessionUptime`,
  }),
  words: classify({
    total: '',
    may_raise: '',
    volatile: 'current_date current_timestamp localtime localtimestamp',
    expensive: '',
    never: 'current_user',
  }),
  forbiddenWords: words('into outfile settings format sample final explain describe'),
  relations: words('numbers values generate_series generateSeries'.toLowerCase()),
  keys: words(`
    limit_by prewhere with_fill from_ to step staleness interpolate combined_parameterized_agg combined_agg_func params
    global percent with_ties apply array_slice lambda parameters body colon parameter_types rollup totals
    parameterized_agg anonymous_agg_func use_bracket_syntax nullable struct`),
  types: words(`
    boolean bool tiny_int small_int int big_int int8 int16 int32 int64 int128 int256 uint8 uint16 uint32 uint64 uint128 uint256
    integer bigint float float32 float64 bfloat16 double real decimal decimal32 decimal64 decimal128 decimal256 numeric string char
    var_char varchar text fixedstring date date32 time time64 datetime datetime32 datetime64 timestamp uuid ipv4 ipv6 enum enum8
    enum16 array tuple map nullable lowcardinality struct json interval intervalday intervalmonth intervalyear nested`),
  operators: words('+ - * / % = == <> != < > <= >= || ? : :: -> . <=>'),
  combinators: Object.freeze(['if', 'array', 'distinct', 'ordefault', 'ornull', 'map', 'foreach', 'argmin', 'argmax']),
});
