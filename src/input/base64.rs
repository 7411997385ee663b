//! Standard base64 with or without padding, for the `data_base64` of a CloudEvent.
//!
//! Not a general codec: no URL alphabet, no line breaks, decoding only.

/// Decodes `text`, or says at which byte it is not base64.
pub(super) fn decode(text: &str) -> Result<Vec<u8>, usize> {
    let digits = text.trim_end_matches('=').as_bytes();
    let padding = text.len() - digits.len();
    // One digit alone holds six bits, less than a byte; padding must fill up the last group of four.
    if digits.len() % 4 == 1 || padding > 2 || (padding > 0 && !text.len().is_multiple_of(4)) {
        return Err(digits.len());
    }
    let mut bytes = Vec::with_capacity(digits.len() / 4 * 3 + 2);
    for (group, chunk) in digits.chunks(4).enumerate() {
        let mut bits = 0_u32;
        for (place, &digit) in chunk.iter().enumerate() {
            bits |= value(digit).ok_or(group * 4 + place)? << (18 - 6 * place);
        }
        bytes.extend_from_slice(&bits.to_be_bytes()[1..chunk.len()]);
    }
    Ok(bytes)
}

fn value(digit: u8) -> Option<u32> {
    Some(u32::from(match digit {
        b'A'..=b'Z' => digit - b'A',
        b'a'..=b'z' => digit - b'a' + 26,
        b'0'..=b'9' => digit - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    }))
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn the_vectors_of_rfc_4648_decode() {
        for (text, expected) in
            [("", ""), ("Zg==", "f"), ("Zm8=", "fo"), ("Zm9v", "foo"), ("Zm9vYg==", "foob"), ("Zm9vYmE", "fooba")]
        {
            assert_eq!(decode(text).as_deref(), Ok(expected.as_bytes()), "{text}");
        }
    }

    #[test]
    fn faults_are_placed() {
        assert_eq!(decode("Zm9v*mE="), Err(4));
        assert_eq!(decode("Z"), Err(1));
        assert_eq!(decode("Zg="), Err(2));
    }
}
