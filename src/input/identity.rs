//! The id of a document whose publisher gave none.
//!
//! Derived from the bytes alone, so that a replay derives the same id again.

use sha2::{Digest, Sha256};

/// sha256 in lower-case hex over the parts, one to a line. A single part is hashed as it stands.
pub(super) fn derive<'p>(parts: impl IntoIterator<Item = &'p str>) -> String {
    let mut hash = Sha256::new();
    for (index, part) in parts.into_iter().enumerate() {
        if index > 0 {
            // Without the break, ("ab", "c") and ("a", "bc") would be one document.
            hash.update(b"\n");
        }
        hash.update(part.as_bytes());
    }
    let mut hex = String::with_capacity(64);
    for byte in hash.finalize() {
        hex.extend([byte >> 4, byte & 15].map(|digit| char::from_digit(u32::from(digit), 16).unwrap_or('0')));
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::derive;

    #[test]
    fn one_part_hashes_to_its_plain_sha256() {
        assert_eq!(derive(["abc"]), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn the_border_between_parts_counts() {
        assert_ne!(derive(["ab", "c"]), derive(["a", "bc"]));
    }
}
