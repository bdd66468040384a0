/**
 * The words of names of columns, in the languages that databases are most often written in: English, German, French, Spanish,
 * Portuguese, Italian, Dutch, Polish, Czech, Swedish, Danish, Norwegian, Finnish, Turkish, Indonesian; some of Russian, Chinese, Japanese
 * and Korean. All in lower case, without accents, several words of one thing run together (`dateofbirth`).
 */
import type { PiiClass } from './pii-class.js';

const words = (text: string): readonly string[] => Object.freeze(text.trim().split(/\s+/));

export interface Vocabulary {
  /** Say what they say wherever they stand. */
  readonly certain: readonly string[];
  /** Say it of persons: beside a word for one, or in an entity of persons. */
  readonly ofPersons: readonly string[];
  /** Short or with a second meaning: only values can confirm them. */
  readonly perhaps: readonly string[];
}

export const vocabulary: Readonly<Record<PiiClass, Vocabulary>> = Object.freeze({
  name: {
    certain: words(`
      firstname lastname fullname surname familyname middlename maidenname givenname forename legalname birthname
      personname fname lname firstnm lastnm firstlastname
      vorname nachname familienname geburtsname zuname mittelname vollername rufname
      prenom nomcomplet nomfamille nomdefamille nomnaissance nomusage patronyme
      apellido apellidos nombrecompleto nombres primernombre segundonombre primerapellido segundoapellido nombreapellido nombreyapellido
      sobrenome nomecompleto primeironome ultimonome apelido nomesocial
      cognome nomecognome cognomenome nomeecognome
      voornaam achternaam volledigenaam tussenvoegsel familienaam
      imie nazwisko imienazwisko imieinazwisko prijmeni krestnijmeno celejmeno
      fornamn efternamn fornavn etternavn efternavn fuldenavn etunimi sukunimi kokonimi
      soyad soyadi adsoyad adisoyadi namalengkap namadepan namabelakang namaayah namaibu namaibukandung
      фамилия отчество фио имяотчество 姓名 氏名 姓 名字 苗字 성명 이름 성함`),
    ofPersons: words('name nombre nom nome naam nama navn namn jmeno nimi isim adi imiona initials имя 名前 お名前'),
    perhaps: words('alias nickname spitzname apodo surnom contactname'),
  },
  email: {
    certain: words(`
      email emailaddress emailaddr eaddress mailaddress mailaddr mailadresse mailadress emailadresse emailadress adresseemail adressemail
      adressemel adresseelectronique courriel correo correoelectronico direccioncorreo direccionemail direccionelectronica
      endereceoemail enderecoemail emailid emailuser useremail indirizzoemail postaelettronica indirizzomail
      emailadres mailadres adresemail adresemailu adresposta emejl epost epostadress epostadresse epostaddress sahkoposti sahkopostiosoite
      eposta epostaadresi surel alamatemail upn userprincipalname
      элпочта электроннаяпочта почта имейл 邮箱 电子邮件 邮件地址 メールアドレス 이메일 이메일주소 メール`),
    ofPersons: words('mail mel'),
    perhaps: words('login contact emailcontact'),
  },
  phone: {
    certain: words(`
      phone phonenumber phoneno phonenr phonenum telephone telephonenumber telephoneno mobilephone mobilenumber mobileno mobilenum
      cellphone cellnumber homephone workphone landline faxnumber msisdn whatsapp whatsappnumber
      telefon telefonnummer telefonnr telnr telefonnumer handynummer handynr mobilnummer mobiltelefon festnetz rufnummer faxnummer
      numerotelephone numtelephone numerodetelephone telephoneportable telephonemobile telportable telmobile telfixe telephonefixe numtel notel
      telefono numerotelefono numerodetelefono telefonomovil telefonofijo numtelefono celular numerocelular telefonocelular tlf tlfno
      telefone numerotelefone telefonecelular numerodotelefone telemovel fone
      cellulare numerocellulare numeroditelefono telefonocellulare recapitotelefonico
      telefoonnummer telefoon mobielnummer gsmnummer gsmnumber
      numertelefonu nrtelefonu telefonkomorkowy telefonnicislo cislotelefonu mobilnicislo
      mobilnummer telefonnumer puhelin puhelinnumero matkapuhelin
      telefonno telefonnumarasi ceptelefonu ceptel ceptelefon
      nomortelepon nohp nomorhp notelp notelepon telepon nohandphone nomorhandphone handphone nowa nomorwa
      телефон номертелефона мобильныйтелефон 电话 手机 手机号 手机号码 电话号码 联系电话 電話番号 電話 携帯電話 携帯番号 전화번호 휴대폰 휴대폰번호 연락처`),
    ofPersons: words('handy mobile tel cell movil portable mobil mobiel telp fax gsm'),
    perhaps: words('telno contactno contactnumber hp wa'),
  },
  address: {
    certain: words(`
      homeaddress streetaddress postaladdress mailingaddress residentialaddress billingaddress shippingaddress deliveryaddress
      addressline       anschrift wohnadresse postanschrift lieferadresse rechnungsadresse lieferanschrift rechnungsanschrift wohnort
      adressepostale adresselivraison adressefacturation       direccionpostal direccionenvio direccionfacturacion domicilio       enderecoentrega enderecocobranca       indirizzoresidenza indirizzospedizione residenza domicilioresidenza
      woonadres afleveradres factuuradres postadres
      adreszamieszkania adresbydliste adresskorespondencyjny adreskorespondencyjny
      gatuadress bostadsadress gateadresse hjemmeadresse katuosoite kotiosoite lahiosoite
      evadresi ikametadresi alamatrumah alamatlengkap alamatpengiriman alamattinggal alamatktp
      домашнийадрес адреспроживания улица 住所 地址 收货地址 家庭住址 주소 배송지 도로명주소`),
    ofPersons: words(
      'street streetname streetnumber housenumber houseno strasse strassenname hausnummer hausnr rue numerorue nomrue calle logradouro rua straat straatnaam huisnummer ulica ulicecislo address addr adresse adresa adres adress direccion endereco indirizzo alamat osoite адрес postcode postalcode zipcode zip plz postleitzahl codepostal codigopostal cep cap kodpocztowy psc postnummer kodepos',
    ),
    perhaps: words('sokak cadde mahalle via latlong'),
  },
  national_id: {
    certain: words(`
      ssn socialsecuritynumber socialsecurityno socialsecurity nationalid nationalidnumber nationalidentifier nationalidentitynumber nin nino
      nationalinsurancenumber nationalinsurance personalidnumber personalidentitynumber identitycardnumber idcardnumber idcard governmentid
      passport passportnumber passportno passportnum driverslicense driverlicense driverslicence drivinglicence drivinglicense driverslicensenumber driverlicensenumber
      taxpayerid itin socialinsurancenumber nhsnumber nhsno medicarenumber
      steueridentifikationsnummer steuerid sozialversicherungsnummer svnummer svnr rentenversicherungsnummer personalausweisnummer personalausweis ausweisnummer ausweisnr
      reisepass reisepassnummer passnummer fuehrerscheinnummer fuhrerscheinnummer ahvnummer ahvnr krankenversichertennummer
      numerosecuritesociale numsecu numerosecu nosecu numsecuritesociale numerocarteidentite cartenationaleidentite passeport numeropasseport permisconduire numeropermis
      dni nifnie dninie numerodni documentoidentidad numerodocumento nrodocumento cedula cedulaidentidad cedulaciudadania curp pasaporte numeropasaporte numeroseguridadsocial licenciaconducir cuil
      cpf numerocpf cpfcliente pispasep tituloeleitor passaporte numeropassaporte cartaocidadao documentoidentidade
      codicefiscale codfiscale codfisc cartaidentita numerocartaidentita passaportonumero numeropassaporto numeropatente
      bsn burgerservicenummer sofinummer rijksregisternummer paspoortnummer rijbewijsnummer identiteitskaartnummer
      pesel nrpesel numerpesel dowodosobisty numerdowodu nrdowodu seriadowodu paszport numerpaszportu rodnecislo cisloop cislopasu cislodokladu
      personnummer personnr samordningsnummer fodselsnummer fodselsnr cprnummer cprnr henkilotunnus hetu sosiaaliturvatunnus passinnumero
      tckimlik tckimlikno tcno kimlikno kimliknumarasi tckn pasaportno pasaportnumarasi vatandaslikno
      nik noktp nomorktp ktp npwp nonpwp nomornik nomorindukkependudukan nokk nomorkk kartukeluarga paspor nopaspor nomorpaspor
      aadhaar aadhar aadhaarnumber aadharnumber aadhaarno aadharno uidai pannumber panno pancard voterid
      cnp codnumericpersonal egn nric nricfin mykad tfn taxfilenumber rrn juminnumber
      снилс инн паспорт номерпаспорта серияпаспорта паспортныеданные 身份证 身份证号 身份证号码 护照 护照号 マイナンバー 個人番号 旅券番号 주민번호 주민등록번호 여권번호`),
    ofPersons: words(
      'taxid taxnumber taxno steuernummer steuernr nif tin fiscalcode identitynumber idnumber documentnumber licensenumber',
    ),
    perhaps: words('nir nie cni patente pan rg rfc sin cpr rut run pps idnr nss insee ci'),
  },
  card: {
    certain: words(`
      creditcard creditcardnumber creditcardno ccnumber ccnum ccno cardnumber cardnum cardno cardpan debitcard debitcardnumber paymentcard primaryaccountnumber cvv cvv2 cvc cardcvv cardcvc securitycode
      kreditkarte kreditkartennummer kreditkartennr kartennummer kartennr cartecredit numerocarte numcarte cartebancaire numerocartebancaire numerocb cartecb
      tarjetacredito tarjetadecredito numerotarjeta numtarjeta nrotarjeta cartaocredito numerocartao cartaodecredito
      cartadicredito cartacredito numerocarta creditcardnummer kaartnummer numerkarty nrkarty kartakredytowa cislokarty kreditkort kortnummer luottokortti korttinumero
      kartno kartnumarasi kredikarti kredikartino kartukredit nomorkartu nokartu номеркарты 信用卡 信用卡号 银行卡号 卡号 クレジットカード番号 カード番号 카드번호 신용카드번호`),
    ofPersons: [],
    perhaps: words('cc pan'),
  },
  iban: {
    certain: words(`
      iban ibannumber ibannummer ibanno ibannr bankaccountnumber bankaccountno bankaccount kontonummer kontonr bankverbindung bankkonto
      numerocompte numcompte ribnumber numerocuenta cuentabancaria numerodecuenta clabe cbu numeroconta contabancaria
      contocorrente numeroconto rekeningnummer bankrekening bankrekeningnummer numerkonta nrkonta numerrachunku nrrachunku rachunekbankowy cislouctu bankovniucet
      bankkontonummer clearingnummer tilinumero pankkitili hesapno bankahesapno norekening nomorrekening norek rekeningbank
      номерсчета банковскийсчет 银行账号 银行账户 口座番号 계좌번호`),
    ofPersons: [],
    perhaps: words('rib accountnumber accountno acctno konto routingnumber sortcode'),
  },
  ip: {
    certain: words(`
      ipaddress ipaddr ipadresse ipadress adresseip direccionip enderecoip indirizzoip ipadres adresip ipadresi alamatip iposoite
      clientip userip remoteip remoteaddr remoteaddress sourceip srcip visitorip loginip lastip signupip registrationip customerip ip
      ipv4 ipv6 ipv4address ipv6address xforwardedfor ipадрес ip地址 ipアドレス ip주소 `),
    ofPersons: [],
    perhaps: [],
  },
  birth_date: {
    certain: words(`
      birthdate dateofbirth dob birthday bday birthdt dtbirth birthyear yearofbirth birthmonth
      geburtsdatum geburtstag gebdatum gebdat geburtsjahr datenaissance datedenaissance anneenaissance
      fechanacimiento fechadenacimiento fecnac fechanac cumpleanos anonacimiento datanascimento datadenascimento dtnasc datanasc dtnascimento
      datanascita datadinascita annonascita geboortedatum geboortejaar dataurodzenia dataur rokurodzenia datumnarozeni
      fodelsedatum fodelsedag fodselsdato fodselsdag fodedato syntymaaika syntymapaiva dogumtarihi dogumgunu tanggallahir tgllahir
      датарождения 生日 出生日期 生年月日 誕生日 생년월일 생일`),
    ofPersons: words('born geboren nascita naissance'),
    perhaps: words('dod deathdate dateofdeath'),
  },
  salary: {
    certain: words(`
      salary basesalary annualsalary monthlysalary grosssalary netsalary hourlywage payrate basepay grosspay netpay remuneration
      gehalt jahresgehalt monatsgehalt bruttogehalt nettogehalt grundgehalt lohn stundenlohn bruttolohn nettolohn
      salaire salairebrut salairenet salaireannuel salairemensuel remunerationbrute salario salariobruto salarioneto sueldo nomina sueldobase
      salarioliquido ordenado stipendio retribuzione stipendiolordo salaris brutosalaris nettosalaris uurloon
      wynagrodzenie pensja mzda hrubamzda manadslon timlon maanedslonn manedslonn palkka kuukausipalkka ucret brutmaas netmaas
      gaji gajipokok gajibersih gajikotor upah зарплата оклад заработнаяплата 工资 薪水 薪资 月薪 給与 給料 年収 급여 연봉 월급`),
    ofPersons: words(
      'plat placa wage wages maas compensation income pay einkommen revenumensuel ingresos renda reddito bonus lon lonn loon',
    ),
    perhaps: [],
  },
  health: {
    certain: words(`
      diagnosis diagnoses diagnosiscode icd icd9 icd10 icdcode icd10code bloodtype bloodgroup allergies allergy disability disabilitystatus healthcondition medicalcondition
      medicalhistory medicalrecordnumber mrn medicalrecord healthinsurance healthinsurancenumber hivstatus vaccinationstatus pregnancystatus pregnant
      diagnose diagnosecode blutgruppe allergien behinderung behinderungsgrad schwerbehinderung krankheit krankheiten vorerkrankungen krankenkasse medikation
      groupesanguin maladie antecedentsmedicaux diagnostico gruposanguineo tiposangre tiposanguineo enfermedad alergias discapacidad
      doenca alergia deficiencia diagnosi grupposanguigno malattia disabilita bloedgroep ziekte aandoening
      grupakrwi choroba niepelnosprawnosc rozpoznanie krevniskupina blodgrupp blodtype sjukdom veriryhma sairaus kangrubu hastalik
      golongandarah penyakit riwayatpenyakit диагноз группакрови инвалидность 诊断 血型 病历号 診断 血液型 진단 혈액형`),
    ofPersons: words('diagnostic handicap prescription medication allergie bmi smoker condition'),
    perhaps: [],
  },
  other: {
    certain: words(`
      religion religiousaffiliation ethnicity ethnicorigin sexualorientation politicalaffiliation politicalopinion tradeunion unionmembership
      religionszugehorigkeit konfession ethnie orientationsexuelle afiliacionpolitica orientacionsexual origenetnico confissao razza origineetnica etnia religie godsdienst
      wyznanie narodowosc nabozenstvi trosamfund uskonto agama sukubangsa 
      password passwd userpassword passwort motdepasse contrasena senha wachtwoord haslo heslo losenord adgangskode salasana sifre parola katasandi
      imei imsi macaddress macaddr macadresse advertisingid idfa gaid biometric biometrics faceid
      username loginname benutzername nomutilisateur nombreusuario nomeusuario gebruikersnaam nazwauzytkownika kullaniciadi namapengguna
      licenseplate numberplate vehicleregistration kennzeichen immatriculation 
      вероисповедание национальность пароль 宗教 民族 密码 パスワード 비밀번호 종교`),
    ofPersons: words('race fingerprint matricule matricula'),
    perhaps: words('handle screenname userid'),
  },
});

/** Words for persons; an entity of one of these names holds persons, too. */
export const persons: ReadonlySet<string> = new Set(
  words(`
  person people customer client user member employee staff worker patient student teacher pupil contact lead prospect guest subscriber visitor buyer shopper
  recipient sender owner author manager driver passenger tenant landlord applicant candidate beneficiary insured policyholder holder cardholder accountholder
  borrower donor volunteer resident citizen voter taxpayer doctor physician nurse parent mother father child spouse partner guardian emergency kin participant attendee player
  agent rep salesperson seller assignee requester respondent payer payee debtor consumer individual householder colleague associate personal private billing shipping delivery home residence
  kunde kunden mitarbeiter benutzer nutzer mitglied patientin schuler ansprechpartner kontakt person personen personal angestellter empfanger absender besteller mieter versicherter
  utilisateur employe salarie membre adherent eleve etudiant destinataire expediteur titulaire assure beneficiaire contribuyente
  cliente usuario empleado persona personas miembro paciente alumno estudiante destinatario remitente titular contacto trabajador socio
  funcionario pessoa pessoas membro aluno estudante colaborador
  utente dipendente impiegato paziente studente alunno mittente intestatario contatto lavoratore
  klant gebruiker medewerker werknemer lid ontvanger afzender contactpersoon persoon
  klient uzytkownik pracownik osoba pacjent czlonek odbiorca nadawca zakaznik uzivatel zamestnanec
  kund anvandare anstalld medlem mottagare bruker ansatt medarbejder bruger kunde asiakas kayttaja tyontekija henkilo
  musteri kullanici calisan personel kisi hasta ogrenci uye alici gonderen
  pelanggan pengguna karyawan pegawai anggota pasien siswa mahasiswa penerima pengirim nasabah
  клиент пользователь сотрудник пациент покупатель 客户 用户 员工 顾客 患者 顧客 社員 従業員 고객 사용자 직원 회원`),
);

/** Words for what is reached like a person and is none: their telephone is no personal data. */
export const places: ReadonlySet<string> = new Set(
  words(`
  store shop warehouse branch office company organization organisation org supplier vendor merchant brand manufacturer product item sku site website location venue hotel
  restaurant school university hospital clinic bank event property building station airport city region country department team project campaign support helpdesk service
  server host node gateway router proxy network subnet database db cluster instance container pod url web site memory wallet contract pointer base bus mac block file folder
  filiale firma unternehmen lager lieferant hersteller produkt artikel standort magasin entreprise fournisseur produit tienda empresa proveedor producto loja fornecedor
  negozio azienda fornitore prodotto winkel bedrijf leverancier sklep dostawca produkt butik foretag toko perusahaan pemasok produk`),
);

/** Words in front that make something else of what follows: `verified_email`, `num_phones`, `avg_salary`. */
export const changers: ReadonlySet<string> = new Set(
  words(`
  count cnt num number no nr nb nbr n total sum avg average mean min max median pct percent share rate ratio
  is has had was can should allow allows show hide use sent opened clicked bounced verified unverified validated valid invalid confirmed missing
  hashed hash encrypted enc masked redacted anonymized anonymised tokenized pseudonymized sha md default template generic sample example test dummy
  anzahl summe ist hat nombre numero moyenne cantidad quantidade media numerodi aantal gemiddelde liczba pocet antal jumlah adet`),
);

/** Words behind that change nothing. Any other makes a thing of its own: `phone_model`, `email_sent_count`, `ip_rights`. */
export const companions: ReadonlySet<string> = new Set(
  words(`
  address adresse number no nr num nummer numero value val text txt str string raw full complete orig original clean cleaned normalized normalised new old current previous prev
  latest primary secondary main alt alternate alternative other work business office mobile cell landline postal residential permanent temporary line street
  de da do di du des del della dello der die das van von of for the plain plaintext decrypted field col column tmp`),
);
