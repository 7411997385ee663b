//! Rows of an index: under a key the slots of the stories filed there, in the order of their days.
//!
//! A hash of the key finds the row, and a row is one piece of memory: looking for the stories of a few days touches two or
//! three places, where a tree would touch one for every level. Rows are short, and stories come in the order of their days
//! or nearly so; what comes late moves the rest of its row along. Most rows hold one entry, and take no memory of their own.

use std::collections::hash_map::Entry as Held;
use std::hash::Hash;

use super::Map;

/// Day and slot. What is filed under no day has zero.
pub(super) type Entry = (i32, u32);

/// Rows by their keys.
#[derive(Clone, Debug)]
pub(super) struct Rows<K>(Map<K, Row>);

#[derive(Clone, Debug)]
enum Row {
    One(Entry),
    Many(Vec<Entry>),
}

impl<K> Default for Rows<K> {
    fn default() -> Self {
        Self(Map::default())
    }
}

impl<K: Copy + Eq + Hash> Rows<K> {
    /// Files an entry. Says whether it is new.
    pub(super) fn insert(&mut self, key: K, entry: Entry) -> bool {
        match self.0.entry(key) {
            Held::Vacant(place) => {
                place.insert(Row::One(entry));
                true
            }
            Held::Occupied(mut place) => place.get_mut().insert(entry),
        }
    }

    /// Takes an entry out. Says whether it was there.
    pub(super) fn remove(&mut self, key: K, entry: Entry) -> bool {
        let Held::Occupied(mut place) = self.0.entry(key) else { return false };
        match place.get_mut() {
            Row::One(only) if *only == entry => {
                place.remove();
                true
            }
            Row::One(_) => false,
            Row::Many(entries) => {
                let Ok(at) = entries.binary_search(&entry) else { return false };
                entries.remove(at);
                if let [only] = entries[..] {
                    *place.get_mut() = Row::One(only);
                } else if entries.len() * 4 < entries.capacity() {
                    entries.shrink_to(entries.len() * 2);
                }
                true
            }
        }
    }

    /// All entries of a row.
    pub(super) fn all(&self, key: K) -> &[Entry] {
        match self.0.get(&key) {
            None => &[],
            Some(Row::One(entry)) => std::slice::from_ref(entry),
            Some(Row::Many(entries)) => entries,
        }
    }

    /// The entries of a row from the first of these days to the last.
    pub(super) fn between(&self, key: K, first: i32, last: i32) -> &[Entry] {
        let all = self.all(key);
        let from = all.partition_point(|entry| entry.0 < first);
        let to = from + all[from..].partition_point(|entry| entry.0 <= last);
        &all[from..to]
    }
}

impl Row {
    fn insert(&mut self, entry: Entry) -> bool {
        match self {
            Self::One(only) if *only == entry => false,
            Self::One(only) => {
                let (low, high) = if *only < entry { (*only, entry) } else { (entry, *only) };
                *self = Self::Many(vec![low, high]);
                true
            }
            Self::Many(entries) => match entries.binary_search(&entry) {
                Ok(_) => false,
                Err(at) => {
                    entries.insert(at, entry);
                    true
                }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_grow_and_shrink() {
        let mut rows: Rows<u64> = Rows::default();
        for day in [5, 3, 9, 3, 7] {
            assert_eq!(rows.insert(1, (day, 40)), day != 3 || rows.all(1).len() < 3);
        }
        assert_eq!(rows.all(1), [(3, 40), (5, 40), (7, 40), (9, 40)]);
        assert_eq!(rows.between(1, 4, 7), [(5, 40), (7, 40)]);
        assert_eq!((rows.between(1, 10, 20), rows.all(2)), (&[][..], &[][..]));
        assert!(!rows.remove(1, (5, 41)) && !rows.remove(2, (5, 40)));
        for day in [3, 9, 7, 5] {
            assert!(rows.remove(1, (day, 40)));
        }
        assert!(rows.0.is_empty());
    }
}
