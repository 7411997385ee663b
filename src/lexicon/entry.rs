//! One sense of one form: its class, its value, its place in a paradigm, and when it holds.

use jiff::civil::Date;

use super::ClassId;

/// An interned string: a lemma, an ISO code, a name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Symbol(pub u32);

/// The strings behind [`Symbol`]s. Symbol 0 is the empty string.
#[derive(Debug)]
pub struct Symbols {
    strings: Vec<Box<str>>,
    index: std::collections::BTreeMap<Box<str>, u32>,
}

impl Default for Symbols {
    fn default() -> Self {
        let mut symbols = Self { strings: Vec::new(), index: std::collections::BTreeMap::new() };
        symbols.intern("");
        symbols
    }
}

impl Symbols {
    /// The symbol of a string, made on first sight.
    pub fn intern(&mut self, s: &str) -> Symbol {
        if let Some(&i) = self.index.get(s) {
            return Symbol(i);
        }
        let i = u32::try_from(self.strings.len()).unwrap_or(0);
        self.strings.push(s.into());
        self.index.insert(s.into(), i);
        Symbol(i)
    }

    /// The symbol of a string that is known.
    #[must_use]
    pub fn find(&self, s: &str) -> Option<Symbol> {
        self.index.get(s).copied().map(Symbol)
    }

    /// The string of a symbol.
    #[must_use]
    pub fn text(&self, symbol: Symbol) -> &str {
        self.strings.get(symbol.0 as usize).map_or("", |s| s)
    }
}

/// One inflected form of a verb or noun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Form {
    /// `lift`, and every form of words that do not inflect.
    Base = 1,
    /// `lifts`.
    Third = 2,
    /// `lifted`, finite.
    Past = 4,
    /// `lifted`, participle.
    Participle = 8,
    /// `lifting`.
    Gerund = 16,
    /// `sanctions`.
    Plural = 32,
    /// `sanction`, the noun.
    Singular = 64,
}

/// A set of [`Form`]s.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Forms(pub u8);

impl Forms {
    /// Adds a form.
    pub const fn insert(&mut self, form: Form) {
        self.0 |= form as u8;
    }

    /// Whether the form is in the set.
    #[must_use]
    pub const fn has(self, form: Form) -> bool {
        self.0 & form as u8 != 0
    }
}

/// Marks of an entry, from the `flags` column.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct EntryFlags(u8);

impl EntryFlags {
    /// The case must match the form exactly (`US`, `EU`).
    pub const EXACT: u8 = 1;
    /// Ambiguous: counts only with support (`Georgia`, `ban`).
    pub const WEAK: u8 = 2;
    /// Never the one who imposes, lifts or releases.
    pub const NOT_AUTHORITY: u8 = 4;
    /// Ordinary criminals.
    pub const CRIMINAL: u8 = 8;
    /// The form starts with a capital letter, and so must the text.
    pub const CAPITAL: u8 = 16;
    /// A people noun in the plural (`Russians`).
    pub const PLURAL: u8 = 32;
    /// A wind-down licence or another form of relief that readers judge differently.
    pub const AMBIGUOUS: u8 = 64;

    /// Reads the comma list of the `flags` column; words that this version does not know are ignored.
    #[must_use]
    pub fn read(column: &str) -> Self {
        let mut flags = Self::default();
        for word in column.split(',') {
            flags.0 |= match word.trim() {
                "exact" => Self::EXACT,
                "weak" => Self::WEAK,
                "not-authority" => Self::NOT_AUTHORITY,
                "criminal" => Self::CRIMINAL,
                "plural" => Self::PLURAL,
                "wind-down" => Self::AMBIGUOUS,
                _ => 0,
            };
        }
        flags
    }

    /// Adds a mark.
    pub const fn insert(&mut self, flag: u8) {
        self.0 |= flag;
    }

    /// Whether the mark is set.
    #[must_use]
    pub const fn has(self, flag: u8) -> bool {
        self.0 & flag != 0
    }
}

/// When a leader held office; open ends are the ends of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tenure {
    /// First day, inclusive.
    pub from: Date,
    /// Last day, inclusive.
    pub to: Date,
}

/// One sense of one form.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The class; verbs without one have the class `verb`.
    pub class: ClassId,
    /// The lemma, folded.
    pub lemma: Symbol,
    /// What the form stands for: an ISO code, a provision, a number, or nothing.
    pub value: Symbol,
    /// The inflected forms that this surface form can be.
    pub forms: Forms,
    /// Marks.
    pub flags: EntryFlags,
    /// When the entry holds; `None` is always.
    pub tenure: Option<Tenure>,
    /// Whether this is a verb sense.
    pub verb: bool,
}
