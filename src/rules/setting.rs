//! The setting of a document: which parties and persons its opening names.
//!
//! A headline such as "Freed academic lands in Paris" says neither who freed nor whom; the paragraph below names Iran and
//! the academic, in sentences that tell of no release. The story stage compares these names. They assert nothing.

use jiff::civil::Date;

use super::actor::actors_in;
use super::mention::Setting;
use super::named::Named;
use super::sentence::Sentence;
use super::set::RuleSet;

/// How many sentences open a document: headline, teaser and a paragraph.
const OPENING: usize = 6;
/// More names than this are a list, and say nothing about what the document is about.
const MOST: usize = 12;

/// Adds the parties of the sentence with that ordinal.
pub fn parties(set: &RuleSet, s: &Sentence<'_>, date: Option<Date>, ordinal: usize, out: &mut Setting) {
    if ordinal > OPENING || out.parties.len() >= MOST {
        return;
    }
    actors_in(s, &set.words, date, 0..s.units().len(), |actor| {
        let name = set.lexicon.symbols().text(actor.value);
        if !actor.weak
            && !actor.not_authority
            && let Err(at) = out.parties.binary_search_by(|known| known.as_str().cmp(name))
        {
            out.parties.insert(at, name.to_owned());
        }
    });
}

/// Adds the persons: those named up to here.
pub fn persons(named: &[Named], ordinal: usize, out: &mut Setting) {
    if ordinal > OPENING {
        return;
    }
    for person in named.iter().skip(out.persons.len()) {
        if out.persons.len() < MOST && !out.persons.contains(&person.name) {
            out.persons.push(person.name.clone());
        }
    }
}
