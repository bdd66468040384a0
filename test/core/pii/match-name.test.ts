import { expect } from 'chai';
import { type NameContext, matchName } from '../../../core/pii/match-name.js';

describe('names of columns', () => {
  const certain: readonly [class_: string, names: string][] = [
    [
      'email',
      'email e_mail Email emailAddress EMAIL_ADDRESS customer_email customer_email_address work_email email_2 emails order_email kundenemail correo_electronico courriel adresse_email E-Mail-Adresse メールアドレス 邮箱 email_cliente epost',
    ],
    [
      'phone',
      'phone homePhone2 phone_number phoneNo telefon telefonnummer kunden_telefon numero_telephone celular no_hp nomor_telepon mobile_number customer_mobile телефон 客户电话 contact_phone',
    ],
    [
      'name',
      'first_name lastName full_name vorname nachname prénom apellidos cognome achternaam imię nazwisko nama_lengkap customer_name nombre_cliente store_manager_name shipping_name фамилия 姓名',
    ],
    [
      'national_id',
      'ssn social_security_number national_id passport_no codice_fiscale dni cpf bsn pesel aadhaar_number nik ktp personnummer steuer_id tckn 身份证号',
    ],
    ['card', 'credit_card_number card_number ccNumber kreditkartennummer numero_carte'],
    ['iban', 'iban customer_iban bank_account_number kontonummer'],
    ['ip', 'ip ip_address client_ip remote_addr ipAddress lastIp ipv4'],
    [
      'birth_date',
      'dob birth_date date_of_birth birthYear geburtsdatum fecha_nacimiento data_nascimento tanggal_lahir 生年月日',
    ],
    ['salary', 'salary base_salary gehalt salaire gaji employee_income'],
    ['health', 'diagnosis blood_type icd10_code blutgruppe'],
    ['address', 'home_address shipping_address billing_street anschrift customer_address alamat_rumah 住所'],
    ['other', 'religion username password mac_address'],
  ];
  for (const [name, list] of certain) {
    for (const column of list.split(' ')) {
      it(`${column} is ${name}`, () => expect(matchName(column)).to.deep.equal({ class: name, strength: 'certain' }));
    }
  }

  const harmless =
    'email_sent_count emails_sent email_opened is_email_verified has_phone email_opt_in email_domain email_hash hashed_email email_id_count email_template num_emails number_of_phones phone_model phone_os phone_count phone_id address_count address_id address_type ip_rights ip_count ip_version vip zip_file shipping_cost card_type card_brand name product_name file_name country_name company_name table_name title status salary_band avg_salary birth_count health_score diagnosis_date order_id customer_id created_at version uuid price amount quantity mail_domain renamed phonetic emailing cardinality ibanez zipper dna description region latitude first_order_at last_login_count namespace codename filename hostname address_verified phone_verified_at phones_sold';
  for (const column of harmless.split(' ')) {
    it(`${column} is nothing`, () => expect(matchName(column)?.strength).not.to.equal('certain'));
  }

  const inContext: readonly [name: string, context: NameContext, class_: string | null][] = [
    ['name', { owner: 'customers' }, 'name'],
    ['name', { owner: 'dim_employee' }, 'name'],
    ['name', { owner: 'products' }, null],
    ['product_name', { owner: 'customers' }, null],
    ['address', { owner: 'customers' }, 'address'],
    ['address', { owner: 'stores' }, null],
    ['phone', { owner: 'stores' }, null],
    ['phone', { owner: 'orders' }, 'phone'],
    ['contact_email', { owner: 'suppliers' }, 'email'],
    ['server_ip', {}, null],
    ['email', { type: 'boolean' }, null],
    ['email', { type: 'time' }, null],
    ['birth_date', { type: 'time' }, 'birth_date'],
    ['phone', { type: 'number' }, 'phone'],
    ['email_id', { type: 'number' }, null],
    ['email_id', { type: 'string' }, 'email'],
  ];
  for (const [name, context, expected] of inContext) {
    it(`${name} in ${JSON.stringify(context)} is ${expected ?? 'nothing'}`, () => {
      const found = matchName(name, context);
      expect(found?.strength === 'certain' ? found.class : null).to.equal(expected);
    });
  }
});
