/**
 * How columns are called in other people's files, in the languages that most of them come in (English, German, French, Spanish,
 * Italian, Dutch, Portuguese, Polish): in lower case, without accents, spaces and punctuation.
 */
export const HEADINGS = {
	email:
		words(`mail emailaddress emailaddresses primaryemail workemail businessemail contactemail emailadresse mailadresse
		emailadres adressemail adresseemail adresseelectronique courriel correo correoelectronico direcciondecorreo
		direcciondecorreoelectronico indirizzoemail postaelettronica enderecodeemail enderecoemail adresemail adresmailowy`),
	firstName: words('givenname forename vorname prenom nombredepila voornaam primeironome imie'),
	lastName:
		words(`familyname surname nachname familienname nomdefamille apellido apellidos cognome achternaam sobrenome
		apelido ultimonome nazwisko`),
	/** First and last name in one. */
	fullName:
		words(`name fullname contactname contact personname leadname customername displayname completename vollername vollstandigername
		ansprechpartner kontaktname kontakt nomcomplet nometprenom prenomnom nombrecompleto nombreyapellidos nomecompleto nomeecognome
		nominativo volledigenaam naam contactpersoon imieinazwisko`),
	company:
		words(`companyname organisation organization organizationname organisationname employer accountname firma firmenname
		unternehmen entreprise nomdelentreprise nomdelasociete societe empresa compania organizacion azienda societa ditta organizzazione bedrijf bedrijfsnaam
		organisatie nazwafirmy`),
	jobTitle:
		words(`position title jobrole role berufsbezeichnung stellenbezeichnung funktion poste fonction cargo puesto ruolo
		posizione qualifica intituleduposte functie functietitel stanowisko`),
	phone:
		words(`phonenumber telephone telephonenumber tel mobile mobilephone mobilenumber mobilephonenumber cell cellphone
		workphone businessphone telefon telefonnummer handy handynummer mobil mobilnummer mobiltelefon rufnummer numerodetelephone
		portable telefono numerodetelefono movil celular cellulare telefoon telefoonnummer mobiel gsm telefone telemovel
		numertelefonu komorka`),
	website:
		words(`web www webpage homepage websiteurl companywebsite webseite internetseite siteweb siteinternet sitioweb paginaweb
		sitoweb strona stronawww stronainternetowa`),
	linkedinUrl:
		words(`linkedin linkedinprofile linkedinprofileurl linkedinprofil profillinkedin perfildelinkedin perfillinkedin
		profilolinkedin linkedinprofiel`),
	leadTemperature: words('temperature'),
	expectedCloseDate:
		words(`closedate closingdate expectedclose expectedclosingdate abschlussdatum erwartetesabschlussdatum
		datedecloture datedeclotureprevue fechadecierre fechadecierreprevista datadichiusura dataprevistadichiusura sluitingsdatum
		verwachtesluitingsdatum datadefechamento dataprevistadefechamento datazamkniecia`),
	status: words('leadstatus pipelinestatus pipelinestage leadstage stage statut'),
	source: words('leadsource quelle leadquelle herkunft origine fuente origen fonte origem bron zrodło'),
	score: words('leadscore'),
	notes:
		words(`note remarks remark comments comment bemerkung bemerkungen anmerkung anmerkungen notiz notizen kommentar kommentare
		remarque remarques commentaire commentaires nota notas comentario comentarios observaciones commenti osservazioni opmerking
		opmerkingen notitie notities observacoes uwagi notatka notatki`),
	tags: words(`tag labels keywords schlagworte schlagworter stichworte etiquettes motscles etiquetas etichette trefwoorden tagi
		etykiety`),
	/** Of `value`, in whole units of money; with or without a currency after it. */
	money:
		words(`value dealvalue leadvalue amount dealamount opportunityamount budget expectedrevenue expectedvalue wert betrag
		auftragswert dealwert angebotswert montant montantestime valeur valor importe monto presupuesto valore importo waarde
		bedrag dealwaarde orcamento wartosc kwota budzet`),
	/** In which currency amounts are. */
	currency:
		words(`currency currencycode currencyisocode dealcurrency currencyofvalue leadcurrencyofvalue dealcurrencyofvalue wahrung
		waehrung devise moneda divisa valuta moeda waluta`),
	/** Of `value`, in cents. */
	cents: words('valuecents valueincents amountcents amountincents'),
} as const;

function words(text: string): readonly string[] {
	return text.toLowerCase().trim().split(/\s+/);
}
