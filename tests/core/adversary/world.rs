//! Who and what the composed sentences speak of. Persons are invented; states, bodies and offices are real.

/// Somebody who can impose, lift or free.
#[derive(Clone, Copy, Debug)]
pub struct Actor {
    /// In running text: "the United States".
    pub text: &'static str,
    /// In a headline: "US".
    pub short: &'static str,
    /// What an alert calls it.
    pub code: &'static str,
    /// Takes a plural verb.
    pub plural: bool,
}

const fn actor(text: &'static str, short: &'static str, code: &'static str) -> Actor {
    Actor { text, short, code, plural: false }
}

const fn actors(text: &'static str, short: &'static str, code: &'static str) -> Actor {
    Actor { text, short, code, plural: true }
}

/// States, capitals, metonyms, bodies, agencies and leaders who sanction.
pub const SANCTIONERS: &[Actor] = &[
    actor("the United States", "US", "US"),
    actor("the European Union", "EU", "EU"),
    actor("Britain", "Britain", "GB"),
    actor("Washington", "Washington", "US"),
    actor("Canada", "Canada", "CA"),
    actor("Brussels", "Brussels", "EU"),
    actor("the US Treasury", "US Treasury", "US"),
    actor("Japan", "Japan", "JP"),
    actor("the UK", "UK", "GB"),
    actor("the Trump administration", "Trump administration", "US"),
    actor("Switzerland", "Switzerland", "CH"),
    actor("the White House", "White House", "US"),
    actor("the EU", "EU", "EU"),
    actor("Australia", "Australia", "AU"),
    actor("President Trump", "Trump", "US"),
    actor("the UN Security Council", "UN Security Council", "UN"),
    actor("Norway", "Norway", "NO"),
    actor("London", "London", "GB"),
    actor("the US State Department", "State Department", "US"),
    actors("EU foreign ministers", "EU foreign ministers", "EU"),
    actor("Ottawa", "Ottawa", "CA"),
    actor("New Zealand", "New Zealand", "NZ"),
    actor("the Canadian government", "Canadian government", "CA"),
];

/// States, capitals, governments, leaders and armed groups who hold people.
pub const CAPTORS: &[Actor] = &[
    actor("Belarus", "Belarus", "BY"),
    actor("Venezuela", "Venezuela", "VE"),
    actor("Hamas", "Hamas", "Hamas"),
    actor("Tehran", "Tehran", "IR"),
    actor("Nicaragua", "Nicaragua", "NI"),
    actor("Myanmar's junta", "Myanmar junta", "MM"),
    actor("the Taliban", "Taliban", "Taliban"),
    actor("Minsk", "Minsk", "BY"),
    actor("Egypt", "Egypt", "EG"),
    actors("the Iranian authorities", "Iranian authorities", "IR"),
    actor("Azerbaijan", "Azerbaijan", "AZ"),
    actor("Ethiopia's government", "Ethiopian government", "ET"),
    actor("Vietnam", "Vietnam", "VN"),
    actor("President Lukashenko", "Lukashenko", "BY"),
    actor("Caracas", "Caracas", "VE"),
    actor("Saudi Arabia", "Saudi Arabia", "SA"),
    actor("Boko Haram", "Boko Haram", "Boko Haram"),
    actor("the Eritrean government", "Eritrea", "ER"),
    actor("Havana", "Havana", "CU"),
    actor("Rwanda", "Rwanda", "RW"),
];

/// Somebody who is sanctioned, or whose nationals are freed.
#[derive(Clone, Copy, Debug)]
pub struct State {
    /// "Syria".
    pub name: &'static str,
    /// "Syrian".
    pub demonym: &'static str,
    /// "SY".
    pub code: &'static str,
}

const fn state(name: &'static str, demonym: &'static str, code: &'static str) -> State {
    State { name, demonym, code }
}

/// States under sanctions.
pub const TARGETS: &[State] = &[
    state("Syria", "Syrian", "SY"),
    state("Belarus", "Belarusian", "BY"),
    state("Iran", "Iranian", "IR"),
    state("Venezuela", "Venezuelan", "VE"),
    state("Myanmar", "Myanmar", "MM"),
    state("Zimbabwe", "Zimbabwean", "ZW"),
    state("Sudan", "Sudanese", "SD"),
    state("North Korea", "North Korean", "KP"),
    state("Serbia", "Serbian", "RS"),
    state("Cuba", "Cuban", "CU"),
    state("Eritrea", "Eritrean", "ER"),
    state("Burundi", "Burundian", "BI"),
    state("Afghanistan", "Afghan", "AF"),
    state("Iraq", "Iraqi", "IQ"),
    state("Lebanon", "Lebanese", "LB"),
    state("Nicaragua", "Nicaraguan", "NI"),
    state("Haiti", "Haitian", "HT"),
];

/// States whose nationals are held abroad.
pub const NATIONS: &[State] = &[
    state("Ukraine", "Ukrainian", "UA"),
    state("the United States", "American", "US"),
    state("Italy", "Italian", "IT"),
    state("Germany", "German", "DE"),
    state("France", "French", "FR"),
    state("Britain", "British", "GB"),
    state("Japan", "Japanese", "JP"),
    state("Thailand", "Thai", "TH"),
    state("Poland", "Polish", "PL"),
    state("Lithuania", "Lithuanian", "LT"),
    state("Israel", "Israeli", "IL"),
    state("South Korea", "South Korean", "KR"),
    state("Australia", "Australian", "AU"),
];

/// Who speaks, asks, welcomes or warns, and does not act.
pub const SPEAKERS: &[&str] = &[
    "Finland",
    "the Qatari foreign ministry",
    "Amnesty International",
    "a Turkish minister",
    "the Red Cross",
    "Spain's prime minister",
    "a rights group",
    "Kenya",
    "the opposition",
    "the Omani foreign minister",
];

/// Invented persons.
pub const PERSONS: &[&str] = &[
    "Maria Kowalska",
    "Reza Farhadi",
    "Ales Navitski",
    "Daniel Okafor",
    "Carlos Mendoza",
    "Jonas Vaitkus",
    "Sofia Petrova",
    "Nguyen Van Khanh",
    "Ahmed Tawfik",
    "Claire Fontaine",
    "Aung Min Htet",
    "Viktar Barysevich",
];

/// Numbers of people or firms, as written, with their value.
pub const NUMBERS: &[(&str, u32)] = &[
    ("12", 12),
    ("seven", 7),
    ("28", 28),
    ("123", 123),
    ("three", 3),
    ("46", 46),
    ("nine", 9),
    ("more than 50", 50),
    ("eleven", 11),
    ("1,584", 1584),
    ("fourteen", 14),
    ("at least 20", 20),
    ("31", 31),
    ("two", 2),
    ("nearly 200", 200),
    ("twenty-two", 22),
];
