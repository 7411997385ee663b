//! Word classes: names in the data files, small integers and bit sets in the core.
//!
//! A class exists because a data file or a rule names it; the core knows only the few that grammar needs, by name.

use rustc_hash::FxHashMap;

/// A word class: `state`, `measure`, `captive`, `lift`, `modal-future` ...
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassId(pub u8);

/// A set of classes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ClassSet([u64; 4]);

impl ClassSet {
    /// The empty set.
    pub const EMPTY: Self = Self([0; 4]);

    /// The set of one class.
    #[must_use]
    pub const fn of(class: ClassId) -> Self {
        let mut bits = [0; 4];
        bits[(class.0 >> 6) as usize] = 1 << (class.0 & 63);
        Self(bits)
    }

    /// Adds a class.
    pub const fn insert(&mut self, class: ClassId) {
        self.0[(class.0 >> 6) as usize] |= 1 << (class.0 & 63);
    }

    /// Removes a class.
    pub const fn remove(&mut self, class: ClassId) {
        self.0[(class.0 >> 6) as usize] &= !(1 << (class.0 & 63));
    }

    /// Whether the class is in the set.
    #[must_use]
    pub const fn has(&self, class: ClassId) -> bool {
        self.0[(class.0 >> 6) as usize] >> (class.0 & 63) & 1 == 1
    }

    /// Whether the sets share a class.
    #[must_use]
    pub const fn meets(&self, other: &Self) -> bool {
        (self.0[0] & other.0[0]) | (self.0[1] & other.0[1]) | (self.0[2] & other.0[2]) | (self.0[3] & other.0[3]) != 0
    }

    /// The union.
    #[must_use]
    pub const fn union(mut self, other: Self) -> Self {
        let mut i = 0;
        while i < 4 {
            self.0[i] |= other.0[i];
            i += 1;
        }
        self
    }

    /// What is here and not in `other`.
    #[must_use]
    pub const fn without(mut self, other: Self) -> Self {
        let mut i = 0;
        while i < 4 {
            self.0[i] &= !other.0[i];
            i += 1;
        }
        self
    }

    /// Whether no class is in the set.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0[0] | self.0[1] | self.0[2] | self.0[3] == 0
    }
}

/// The names of the classes in use, at most 256.
#[derive(Clone, Debug, Default)]
pub struct Classes {
    names: Vec<String>,
    ids: FxHashMap<String, u8>,
}

impl Classes {
    /// The id of a class, made on first sight. `None` when all 256 are taken.
    pub fn intern(&mut self, name: &str) -> Option<ClassId> {
        if let Some(id) = self.find(name) {
            return Some(id);
        }
        let id = u8::try_from(self.names.len()).ok()?;
        self.names.push(name.to_owned());
        self.ids.insert(name.to_owned(), id);
        Some(ClassId(id))
    }

    /// The id of a known class.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<ClassId> {
        self.ids.get(name).copied().map(ClassId)
    }

    /// The name of a class.
    #[must_use]
    pub fn name(&self, id: ClassId) -> &str {
        self.names.get(id.0 as usize).map_or("", String::as_str)
    }

    /// All names in the order of first sight.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }
}
