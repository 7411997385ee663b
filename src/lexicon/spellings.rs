//! Spellings -> numbers: every folded word that an entry is made of, found with one hash and one comparison.
//!
//! The lexicons of a rule set share one table, so that a token is looked up once however many of them ask about it. The
//! number of a word is its place in alphabetical order; nothing but equality may be read from it.

use std::collections::BTreeSet;
use std::hash::Hasher as _;

use rustc_hash::FxHasher;

/// A slot of the table: the number of a word, its length, and its first bytes, which for most words are all of them. A
/// look-up touches nothing else then.
#[derive(Clone, Copy, Debug)]
struct Slot {
    number: u32,
    length: u8,
    head: [u8; HEAD],
}

const HEAD: usize = 11;
const EMPTY: Slot = Slot { number: u32::MAX, length: 0, head: [0; HEAD] };

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
            let mut head = [0; HEAD];
            let short = word.len().min(HEAD);
            head[..short].copy_from_slice(&word.as_bytes()[..short]);
            table.slots[at] = Slot { number, length: length(word), head };
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
        let bytes = word.as_bytes();
        let mut at = self.home(hash(word));
        loop {
            let slot = &self.slots[at];
            if slot.number == EMPTY.number {
                return None;
            }
            if slot.length == length(word) {
                let same = match slot.head.get(..bytes.len()) {
                    Some(head) => head == bytes,
                    None => slot.head == bytes[..HEAD] && self.word(slot.number) == word,
                };
                if same {
                    return Some(slot.number);
                }
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

/// The length of a word as far as a slot can hold it.
fn length(word: &str) -> u8 {
    u8::try_from(word.len()).unwrap_or(u8::MAX)
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
