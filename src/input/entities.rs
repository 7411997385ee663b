//! HTML character references: names to characters.
//!
//! The names that news texts use, not all two thousand: a reference that is not here stays as it is written.

/// Sorted by name, for a binary search.
const NAMED: [(&str, char); 209] = [
    ("AElig", '\u{c6}'),
    ("Aacute", '\u{c1}'),
    ("Abreve", '\u{102}'),
    ("Acirc", '\u{c2}'),
    ("Agrave", '\u{c0}'),
    ("Amacr", '\u{100}'),
    ("Aogon", '\u{104}'),
    ("Aring", '\u{c5}'),
    ("Atilde", '\u{c3}'),
    ("Auml", '\u{c4}'),
    ("Cacute", '\u{106}'),
    ("Ccaron", '\u{10c}'),
    ("Ccedil", '\u{c7}'),
    ("Dagger", '\u{2021}'),
    ("Dstrok", '\u{110}'),
    ("ETH", '\u{d0}'),
    ("Eacute", '\u{c9}'),
    ("Ecaron", '\u{11a}'),
    ("Ecirc", '\u{ca}'),
    ("Egrave", '\u{c8}'),
    ("Emacr", '\u{112}'),
    ("Eogon", '\u{118}'),
    ("Euml", '\u{cb}'),
    ("Gbreve", '\u{11e}'),
    ("Iacute", '\u{cd}'),
    ("Icirc", '\u{ce}'),
    ("Idot", '\u{130}'),
    ("Igrave", '\u{cc}'),
    ("Imacr", '\u{12a}'),
    ("Iuml", '\u{cf}'),
    ("Lstrok", '\u{141}'),
    ("Nacute", '\u{143}'),
    ("NewLine", '\u{a}'),
    ("Ntilde", '\u{d1}'),
    ("OElig", '\u{152}'),
    ("Oacute", '\u{d3}'),
    ("Ocirc", '\u{d4}'),
    ("Ograve", '\u{d2}'),
    ("Oslash", '\u{d8}'),
    ("Otilde", '\u{d5}'),
    ("Ouml", '\u{d6}'),
    ("Prime", '\u{2033}'),
    ("Rcaron", '\u{158}'),
    ("Sacute", '\u{15a}'),
    ("Scaron", '\u{160}'),
    ("Scedil", '\u{15e}'),
    ("THORN", '\u{de}'),
    ("Tab", '\u{9}'),
    ("Uacute", '\u{da}'),
    ("Ucirc", '\u{db}'),
    ("Ugrave", '\u{d9}'),
    ("Umacr", '\u{16a}'),
    ("Uuml", '\u{dc}'),
    ("Yacute", '\u{dd}'),
    ("Yuml", '\u{178}'),
    ("Zacute", '\u{179}'),
    ("Zcaron", '\u{17d}'),
    ("Zdot", '\u{17b}'),
    ("ZeroWidthSpace", '\u{200b}'),
    ("aacute", '\u{e1}'),
    ("abreve", '\u{103}'),
    ("acirc", '\u{e2}'),
    ("acute", '\u{b4}'),
    ("aelig", '\u{e6}'),
    ("agrave", '\u{e0}'),
    ("amacr", '\u{101}'),
    ("amp", '\u{26}'),
    ("aogon", '\u{105}'),
    ("apos", '\u{27}'),
    ("aring", '\u{e5}'),
    ("ast", '\u{2a}'),
    ("atilde", '\u{e3}'),
    ("auml", '\u{e4}'),
    ("bdquo", '\u{201e}'),
    ("brvbar", '\u{a6}'),
    ("bsol", '\u{5c}'),
    ("bull", '\u{2022}'),
    ("cacute", '\u{107}'),
    ("ccaron", '\u{10d}'),
    ("ccedil", '\u{e7}'),
    ("cedil", '\u{b8}'),
    ("cent", '\u{a2}'),
    ("circ", '\u{2c6}'),
    ("colon", '\u{3a}'),
    ("comma", '\u{2c}'),
    ("commat", '\u{40}'),
    ("copy", '\u{a9}'),
    ("dagger", '\u{2020}'),
    ("darr", '\u{2193}'),
    ("dash", '\u{2010}'),
    ("deg", '\u{b0}'),
    ("divide", '\u{f7}'),
    ("dollar", '\u{24}'),
    ("dstrok", '\u{111}'),
    ("eacute", '\u{e9}'),
    ("ecaron", '\u{11b}'),
    ("ecirc", '\u{ea}'),
    ("egrave", '\u{e8}'),
    ("emacr", '\u{113}'),
    ("emsp", '\u{2003}'),
    ("ensp", '\u{2002}'),
    ("eogon", '\u{119}'),
    ("equals", '\u{3d}'),
    ("eth", '\u{f0}'),
    ("euml", '\u{eb}'),
    ("euro", '\u{20ac}'),
    ("excl", '\u{21}'),
    ("frac12", '\u{bd}'),
    ("frac14", '\u{bc}'),
    ("frac34", '\u{be}'),
    ("gbreve", '\u{11f}'),
    ("ge", '\u{2265}'),
    ("gt", '\u{3e}'),
    ("hearts", '\u{2665}'),
    ("hellip", '\u{2026}'),
    ("horbar", '\u{2015}'),
    ("hyphen", '\u{2010}'),
    ("iacute", '\u{ed}'),
    ("icirc", '\u{ee}'),
    ("iexcl", '\u{a1}'),
    ("igrave", '\u{ec}'),
    ("imacr", '\u{12b}'),
    ("imath", '\u{131}'),
    ("inodot", '\u{131}'),
    ("iquest", '\u{bf}'),
    ("iuml", '\u{ef}'),
    ("laquo", '\u{ab}'),
    ("larr", '\u{2190}'),
    ("ldquo", '\u{201c}'),
    ("le", '\u{2264}'),
    ("lowbar", '\u{5f}'),
    ("lpar", '\u{28}'),
    ("lrm", '\u{200e}'),
    ("lsaquo", '\u{2039}'),
    ("lsquo", '\u{2018}'),
    ("lstrok", '\u{142}'),
    ("lt", '\u{3c}'),
    ("macr", '\u{af}'),
    ("mdash", '\u{2014}'),
    ("micro", '\u{b5}'),
    ("middot", '\u{b7}'),
    ("minus", '\u{2212}'),
    ("nacute", '\u{144}'),
    ("nbsp", '\u{a0}'),
    ("ndash", '\u{2013}'),
    ("ne", '\u{2260}'),
    ("not", '\u{ac}'),
    ("ntilde", '\u{f1}'),
    ("num", '\u{23}'),
    ("oacute", '\u{f3}'),
    ("ocirc", '\u{f4}'),
    ("oelig", '\u{153}'),
    ("ograve", '\u{f2}'),
    ("ordf", '\u{aa}'),
    ("ordm", '\u{ba}'),
    ("oslash", '\u{f8}'),
    ("otilde", '\u{f5}'),
    ("ouml", '\u{f6}'),
    ("para", '\u{b6}'),
    ("percnt", '\u{25}'),
    ("period", '\u{2e}'),
    ("permil", '\u{2030}'),
    ("plus", '\u{2b}'),
    ("plusmn", '\u{b1}'),
    ("pound", '\u{a3}'),
    ("prime", '\u{2032}'),
    ("quest", '\u{3f}'),
    ("quot", '\u{22}'),
    ("raquo", '\u{bb}'),
    ("rarr", '\u{2192}'),
    ("rcaron", '\u{159}'),
    ("rdquo", '\u{201d}'),
    ("reg", '\u{ae}'),
    ("rlm", '\u{200f}'),
    ("rpar", '\u{29}'),
    ("rsaquo", '\u{203a}'),
    ("rsquo", '\u{2019}'),
    ("sacute", '\u{15b}'),
    ("sbquo", '\u{201a}'),
    ("scaron", '\u{161}'),
    ("scedil", '\u{15f}'),
    ("sect", '\u{a7}'),
    ("semi", '\u{3b}'),
    ("shy", '\u{ad}'),
    ("sol", '\u{2f}'),
    ("sup1", '\u{b9}'),
    ("sup2", '\u{b2}'),
    ("sup3", '\u{b3}'),
    ("szlig", '\u{df}'),
    ("thinsp", '\u{2009}'),
    ("thorn", '\u{fe}'),
    ("tilde", '\u{2dc}'),
    ("times", '\u{d7}'),
    ("trade", '\u{2122}'),
    ("uacute", '\u{fa}'),
    ("uarr", '\u{2191}'),
    ("ucirc", '\u{fb}'),
    ("ugrave", '\u{f9}'),
    ("umacr", '\u{16b}'),
    ("uml", '\u{a8}'),
    ("uuml", '\u{fc}'),
    ("yacute", '\u{fd}'),
    ("yen", '\u{a5}'),
    ("yuml", '\u{ff}'),
    ("zacute", '\u{17a}'),
    ("zcaron", '\u{17e}'),
    ("zdot", '\u{17c}'),
    ("zwj", '\u{200d}'),
    ("zwnj", '\u{200c}'),
];

/// What bytes 0x80 to 0x9F mean in windows-1252, which is what references to those numbers mean in practice.
const WINDOWS_1252: [char; 32] = [
    '\u{20ac}', '\u{81}', '\u{201a}', '\u{192}', '\u{201e}', '\u{2026}', '\u{2020}', '\u{2021}', '\u{2c6}', '\u{2030}',
    '\u{160}', '\u{2039}', '\u{152}', '\u{8d}', '\u{17d}', '\u{8f}', '\u{90}', '\u{2018}', '\u{2019}', '\u{201c}',
    '\u{201d}', '\u{2022}', '\u{2013}', '\u{2014}', '\u{2dc}', '\u{2122}', '\u{161}', '\u{203a}', '\u{153}', '\u{9d}',
    '\u{17e}', '\u{178}',
];

/// The longest reference that is looked at, `&` and `;` included.
const LONGEST: usize = 32;

/// The length of the reference at the start of `text`, by its look alone: `&name;`, `&#8217;`, `&#x2019;`.
pub(super) fn reference_length(text: &[u8]) -> Option<usize> {
    let body = text.strip_prefix(b"&")?;
    let end = body.iter().take(LONGEST - 1).position(|&b| b == b';')?;
    let (name, numeric) = match body[..end].strip_prefix(b"#") {
        Some(digits) => (digits.strip_prefix(b"x").or(digits.strip_prefix(b"X")).unwrap_or(digits), true),
        None => (&body[..end], false),
    };
    let starts_well = name.first().is_some_and(|b| numeric || b.is_ascii_alphabetic());
    (starts_well && name.iter().all(u8::is_ascii_alphanumeric)).then_some(end + 2)
}

/// The character of the reference at the start of `text` and the length of the reference.
pub(super) fn decode(text: &str) -> Option<(char, usize)> {
    let length = reference_length(text.as_bytes())?;
    let name = &text[1..length - 1];
    let character = match name.strip_prefix('#') {
        Some(number) => numbered(number)?,
        None => NAMED[NAMED.binary_search_by_key(&name, |&(known, _)| known).ok()?].1,
    };
    // Offsets hold only if the character fits where its reference stood. All known ones do.
    (character.len_utf8() <= length).then_some((character, length))
}

fn numbered(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
        None => number.parse(),
    };
    let code = match code {
        Ok(code) => code,
        // A number too big for 32 bits is no character; something that is no number is no reference.
        Err(fault) if matches!(fault.kind(), std::num::IntErrorKind::PosOverflow) => u32::MAX,
        Err(_) => return None,
    };
    Some(match code {
        0x80..=0x9F => WINDOWS_1252[code as usize - 0x80],
        0 => char::REPLACEMENT_CHARACTER,
        _ => char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_every_character_fits_its_reference() {
        assert!(NAMED.is_sorted_by_key(|&(name, _)| name));
        for (name, character) in NAMED {
            let reference = format!("&{name};");
            assert_eq!(decode(&reference), Some((character, reference.len())));
        }
    }

    #[test]
    fn numbers_decode_in_both_bases() {
        assert_eq!(decode("&#8217;s"), Some(('\u{2019}', 7)));
        assert_eq!(decode("&#x2019;"), Some(('\u{2019}', 8)));
        assert_eq!(decode("&#X41;"), Some(('A', 6)));
        assert_eq!(decode("&#146;"), Some(('\u{2019}', 6)));
        assert_eq!(decode("&#9;"), Some(('\t', 4)));
    }

    #[test]
    fn impossible_numbers_become_the_replacement_character() {
        for reference in ["&#0;", "&#xD800;", "&#1114112;", "&#99999999999;"] {
            assert_eq!(decode(reference), Some(('\u{fffd}', reference.len())), "{reference}");
        }
    }

    #[test]
    fn what_is_no_reference_is_left_alone() {
        for text in [
            "&",
            "& ",
            "&;",
            "&#;",
            "&#x;",
            "&amp",
            "&unheard;",
            "&a=1;",
            "&1a;",
            "AT&T;",
            "&caf\u{e9};",
            "&#+1;",
            "&#12ab;",
        ] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
