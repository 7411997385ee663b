//! Numbers in digits: what a number token stands for.
//!
//! Number words ("twenty-two", "dozens") are lexicon entries; composing them is the noun phrase's business.

/// The value of a number token's folded form: digits with the thousands separators already gone.
///
/// `None` for years-with-letters, ordinals, decimals and anything beyond `u32`.
///
/// ```
/// use sanctions_stream::text::parse_number;
/// assert_eq!(parse_number("1227"), Some(1227));
/// assert_eq!(parse_number("13th"), None);
/// assert_eq!(parse_number("4.5"), None);
/// ```
#[must_use]
pub fn parse_number(norm: &str) -> Option<u32> {
    if norm.bytes().all(|b| b.is_ascii_digit()) { norm.parse().ok() } else { None }
}
