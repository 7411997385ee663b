//! The few word classes that grammar knows by name, resolved once per rule set.

use crate::lexicon::{ClassId, ClassSet, LexiconBuilder};

/// Class sets that the chunker asks for.
#[derive(Clone, Debug, Default)]
pub struct Grammar {
    /// Articles, demonstratives, quantifiers.
    pub determiner: ClassSet,
    /// `his`, `their`; and `'s` by token kind.
    pub possessive: ClassSet,
    /// Personal and indefinite pronouns.
    pub pronoun: ClassSet,
    /// Prepositions, also of several words.
    pub preposition: ClassSet,
    /// `and`, `or`, `but`.
    pub conjunction: ClassSet,
    /// `because`, `after`, `if`, `while`: words that open a clause.
    pub subordinator: ClassSet,
    /// `if`, `unless`, `in case`.
    pub conditional: ClassSet,
    /// `who`, `which`.
    pub relative: ClassSet,
    /// All modals.
    pub modal: ClassSet,
    /// Forms of `be`, by tense.
    pub be: ClassSet,
    /// `was`, `were`.
    pub be_past: ClassSet,
    /// Forms of `have`.
    pub have: ClassSet,
    /// `had`.
    pub have_past: ClassSet,
    /// Forms of `do`.
    pub r#do: ClassSet,
    /// Forms of `get`.
    pub get: ClassSet,
    /// `not`, `never`, `no`.
    pub negation: ClassSet,
    /// `isn't` and its like, whole.
    pub contraction: ClassSet,
    /// Adverbs.
    pub adverb: ClassSet,
    /// Given names that are places as well: Jordan, Sofia.
    pub given_place: ClassSet,
    /// Lists, as nouns.
    pub list: ClassSet,
    /// Adjectives that are hardly ever nouns.
    pub adjective: ClassSet,
    /// Number words and multipliers.
    pub number: ClassSet,
    /// Vague number words.
    pub vague: ClassSet,
    /// Weekdays, months, time phrases.
    pub time: ClassSet,
    /// Every verb.
    pub verb: ClassSet,
    /// Given names.
    pub given_name: ClassSet,
    /// Classes that make a word an actor: state, demonym, capital, metonym, bloc, body, agency, leader, armed group.
    pub actor: ClassSet,
    /// Ordinal numbers.
    pub ordinal: ClassSet,
    /// Verbs with a noun phrase and a bare complement: "set the prisoners free", "let them go".
    pub causative: ClassSet,
    /// Verbs whose clause is reported speech.
    pub say: ClassSet,
    /// `in order to`: opens an infinitive.
    pub infinitive_marker: ClassSet,
    /// Nouns that are no people, companies or acts of their own: common nouns of any class.
    pub noun: ClassSet,
}

/// Classes of `function-words.tsv` and kin that are cues over tokens, not parts of speech: they are looked up apart, so
/// that "failed to" as a cue does not hide the verb.
const CUE_CLASSES: &[&str] = &[
    "hypothetical",
    "existing",
    "new",
    "remaining",
    "cumulative",
    "part-of",
    "exception",
    "ceased",
    "link-exchange",
    "link-response",
    "link-retaliation",
    "attribution",
    "negation-pseudo",
    "time",
    "time-weak",
    "time-unit",
    "time-direction",
    "adverb-degree",
    "interrogative",
    "separator-range",
    "conj-contrast",
    "conj-correlative",
    "season",
    "day-part",
];

/// Classes whose entries of several words are cues, while their single words are parts of speech.
const CUE_IF_SEVERAL_WORDS: &[&str] = &["negation", "modal-possible", "modal-semi"];

impl Grammar {
    /// Whether an entry of this class and form belongs to the cue lexicon rather than to the parts of speech.
    #[must_use]
    pub fn is_cue(class: &str, form: &str) -> bool {
        CUE_CLASSES.contains(&class) || form.contains(' ') && CUE_IF_SEVERAL_WORDS.contains(&class)
    }

    /// Resolves the classes by name.
    #[must_use]
    pub fn resolve(builder: &mut LexiconBuilder) -> Self {
        let mut set = |names: &[&str]| {
            names
                .iter()
                .filter_map(|n| builder.class(n))
                .fold(ClassSet::EMPTY, |s, c: ClassId| s.union(ClassSet::of(c)))
        };
        Self {
            determiner: set(&["determiner", "approx", "atleast", "upto"]),
            possessive: set(&["possessive"]),
            pronoun: set(&["pronoun"]),
            preposition: set(&["preposition"]),
            conjunction: set(&["conj-coordinating"]),
            subordinator: set(&["conj-subordinating", "conj-conditional"]),
            conditional: set(&["conj-conditional"]),
            relative: set(&["relative"]),
            modal: set(&["modal-future", "modal-possible", "modal-would", "modal-was-to", "modal-must", "modal-used"]),
            be: set(&["be-present", "be-past", "be-base", "be-participle", "be-gerund"]),
            be_past: set(&["be-past"]),
            have: set(&["have-present", "have-past", "have-base", "have-gerund", "have-participle"]),
            have_past: set(&["have-past", "had-or-would"]),
            r#do: set(&["do-present", "do-past", "do-base"]),
            get: set(&["get-present", "get-past", "get-base", "get-gerund", "get-participle"]),
            negation: set(&["negation"]),
            contraction: set(&["contraction-not"]),
            adverb: set(&["adverb"]),
            given_place: set(&["given-place"]),
            list: set(&["list"]),
            adjective: set(&["adjective"]),
            number: set(&["number", "multiplier"]),
            vague: set(&["number-vague"]),
            time: set(&["weekday", "month"]),
            verb: set(&["verb"]),
            given_name: set(&["given-name"]),
            actor: set(&[
                "state",
                "demonym",
                "capital",
                "metonym",
                "bloc",
                "body",
                "agency",
                "leader",
                "armed-group",
                "region",
                "people",
            ]),
            ordinal: set(&["ordinal"]),
            causative: set(&["causative"]),
            say: set(&["say"]),
            infinitive_marker: set(&["infinitive-marker"]),
            noun: set(&[
                "measure",
                "relief",
                "list",
                "sector",
                "captive",
                "releasable",
                "captivity",
                "release-noun",
                "not-released",
                "not-sanctioned",
                "not-lifted",
                "criminal-cue",
                "people-unit",
                "entity-unit",
                "person-title",
                "government-noun",
                "package-noun",
                "not-measure",
                "impose-act",
                "relief-act",
                "act-noun",
            ]),
        }
    }
}
