//! What every lexicon entry can be, worked out once per rule set: classes, forms, part of speech.
//!
//! Most forms mean the same wherever they stand, up to the capital of their first letter, and a text asks for them by
//! the thousand. Forms whose senses depend on their exact spelling are left to be looked at where they stand. Nothing
//! here knows the neighbours of a word; that is `unit`.

use super::Grammar;
use super::unit::{Particle, UnitKind, known_kind};
use crate::lexicon::{ClassSet, Entry, EntryFlags, Form, Forms, Lexicon};

/// What a word is by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Part of speech as far as it does not depend on neighbours.
    pub kind: UnitKind,
    /// All word classes of the senses.
    pub classes: ClassSet,
    /// Verb forms that the word can be.
    pub forms: Forms,
    /// It has a sense that is not a verb.
    pub nominal: bool,
    /// A plural noun form.
    pub plural: bool,
    /// Every sense is marked weak.
    pub weak: bool,
    /// The function word that it is, where that decides more than its classes do.
    pub particle: Particle,
}

/// The parts of all entries.
#[derive(Debug, Default)]
pub struct Parts {
    /// By the first sense of an entry.
    entries: Vec<Known>,
    /// The distinct parts: far fewer than entries, and so always at hand.
    parts: Vec<Part>,
}

/// What is known of an entry.
#[derive(Clone, Copy, Debug)]
struct Known {
    /// A bit for the lemma of every sense, as [`lemma_bit`] has it.
    lemmas: u64,
    /// Its part when it stands in lower case, and when it is capitalised; `OPEN` where the exact spelling decides.
    parts: [u32; 2],
}

const OPEN: u32 = u32::MAX;

/// The bit that stands for a lemma in a set of lemmas: where it is missing, the lemma is not in the set.
#[must_use]
pub const fn lemma_bit(lemma: crate::lexicon::Symbol) -> u64 {
    1 << (lemma.0 & 63)
}

impl Parts {
    /// Works them out.
    #[must_use]
    pub fn new(lexicon: &Lexicon, grammar: &Grammar) -> Self {
        let mut known = Self::default();
        for (form, senses) in lexicon.forms() {
            let at = senses.start as usize;
            if known.entries.len() <= at {
                known.entries.resize(at + 1, Known { lemmas: 0, parts: [OPEN; 2] });
            }
            let all = lexicon.entries(&senses);
            known.entries[at].lemmas = all.iter().fold(0, |bits, e| bits | lemma_bit(e.lemma));
            if all.iter().any(|e| e.flags.has(EntryFlags::EXACT)) {
                continue;
            }
            let (norm, single) = form.split_once(' ').map_or((form.as_str(), true), |(first, _)| (first, false));
            for capital in [false, true] {
                let fits = |e: &&Entry| capital || !e.flags.has(EntryFlags::CAPITAL);
                let part = Part::new(grammar, all.iter().filter(fits), norm, single);
                let number = known.parts.iter().position(|p| *p == part).unwrap_or_else(|| {
                    known.parts.push(part);
                    known.parts.len() - 1
                });
                known.entries[at].parts[usize::from(capital)] = u32::try_from(number).unwrap_or(OPEN);
            }
        }
        known
    }

    /// The part of the entry whose first sense is `sense`, `None` where the exact spelling decides, and the bits of its
    /// lemmas.
    #[must_use]
    pub fn of(&self, sense: u32, capital: bool) -> (Option<&Part>, u64) {
        let Some(known) = self.entries.get(sense as usize) else { return (None, u64::MAX) };
        (self.parts.get(known.parts[usize::from(capital)] as usize), known.lemmas)
    }
}

impl Part {
    /// What the senses that fit make of a form whose first word is `norm`.
    pub fn new<'e>(grammar: &Grammar, fitting: impl Iterator<Item = &'e Entry>, norm: &str, single: bool) -> Self {
        let mut part = Self {
            kind: UnitKind::Noun,
            classes: ClassSet::EMPTY,
            forms: Forms::default(),
            nominal: false,
            plural: false,
            weak: true,
            particle: if single { Particle::of(norm) } else { Particle::None },
        };
        for entry in fitting {
            part.classes.insert(entry.class);
            part.plural |= entry.forms.has(Form::Plural) || entry.flags.has(EntryFlags::PLURAL);
            if entry.verb {
                part.forms.0 |= entry.forms.0;
            } else {
                // A noun that is weak stays so when it is a verb as well: "ban".
                part.weak &= entry.flags.has(EntryFlags::WEAK);
                part.nominal = true;
            }
        }
        part.weak &= part.nominal;
        part.kind = known_kind(grammar, &part, norm, single);
        part
    }
}
