//! Spellings -> numbers: every folded word that an entry is made of, found with one hash and one comparison.
//!
//! The lexicons of a rule set share one table, so that a token is looked up once however many of them ask about it. The
//! number of a word is its place in alphabetical order; nothing but equality may be read from it.

use std::collections::BTreeSet;
use std::hash::Hasher as _;

use rustc_hash::FxHasher;

/// A slot of the table: the low half of the hash, and the number of the word.
#[derive(Clone, Copy, Debug)]
struct Slot {
    tag: u32,
    number: u32,
}

const EMPTY: Slot = Slot { tag: 0, number: u32::MAX };

/// The words of one or more lexicons.
#[derive(Debug)]
pub struct Spellings {
    /// A power of two of slots, at most half of them taken.
    slots: Box<[Slot]>,
    /// All words one after the other.
    text: String,
    /// Where each word ends.
    ends: Vec<u32>,
}

impl Default for Spellings {
    fn default() -> Self {
        Self::new(&BTreeSet::new())
    }
}

impl Spellings {
    /// Numbers the words.
    #[must_use]
    pub fn new(words: &BTreeSet<&str>) -> Self {
        let size = (words.len() * 2).next_power_of_two().max(16);
        let mut table = Self { slots: vec![EMPTY; size].into(), text: String::new(), ends: Vec::new() };
        for word in words {
            let number = u32::try_from(table.ends.len()).unwrap_or(u32::MAX);
            table.text.push_str(word);
            table.ends.push(u32::try_from(table.text.len()).unwrap_or(u32::MAX));
            let hash = hash(word);
            let mut at = table.home(hash);
            while table.slots[at].number != EMPTY.number {
                at = (at + 1) & (size - 1);
            }
            table.slots[at] = Slot { tag: low(hash), number };
        }
        table
    }

    /// How many words there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is no word.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The word of a number.
    #[must_use]
    pub fn word(&self, number: u32) -> &str {
        let number = number as usize;
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start as usize..self.ends[number] as usize]
    }

    /// The number of a word.
    #[must_use]
    pub fn find(&self, word: &str) -> Option<u32> {
        let hash = hash(word);
        let mut at = self.home(hash);
        loop {
            let slot = self.slots[at];
            if slot.number == EMPTY.number {
                return None;
            }
            if slot.tag == low(hash) && self.word(slot.number) == word {
                return Some(slot.number);
            }
            at = (at + 1) & (self.slots.len() - 1);
        }
    }

    /// Where the search for a hash begins: its upper bits, which this hash mixes best.
    fn home(&self, hash: u64) -> usize {
        (hash >> 32) as usize & (self.slots.len() - 1)
    }
}

fn hash(word: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(word.as_bytes());
    hasher.finish()
}

/// The half of the hash that `home` does not use.
fn low(hash: u64) -> u32 {
    (hash & u64::from(u32::MAX)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_found_by_its_own_spelling_only() {
        let words: Vec<String> = (0..3000).map(|n| format!("word{n}")).collect();
        let table = Spellings::new(&words.iter().map(String::as_str).collect());
        assert_eq!(table.len(), words.len());
        for word in &words {
            assert_eq!(table.find(word).map(|n| table.word(n)), Some(word.as_str()));
        }
        assert_eq!(table.find("word"), None);
        assert_eq!(table.find(""), None);
        assert_eq!(table.find("word3000"), None);
    }
}
