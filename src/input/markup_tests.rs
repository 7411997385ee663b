//! Tests of `markup`, beside it because both are long.

use super::*;

/// The reading text with fillers removed, as a tokenizer sees it.
fn read(html: &str) -> String {
    let blanked = blank(html);
    assert_eq!(blanked.len(), html.len(), "{html}");
    blanked.replace(FILLER, "")
}

#[test]
fn the_tag_tables_are_sorted_and_fit() {
    assert!(INLINE.is_sorted() && BLOCK.is_sorted());
    assert!(INLINE.iter().chain(&BLOCK).all(|name| name.len() <= LONGEST_NAME));
}

#[test]
fn block_tags_end_lines_and_inline_tags_are_nothing() {
    assert_eq!(read("<p>Minsk <b>fre</b>es 14</p><p>More</p>"), "\n  Minsk frees 14\n   \n  More\n   ");
    assert_eq!(read("one<br>two<BR/>three"), "one\n   two\n    three");
}

#[test]
fn unknown_tags_are_gaps() {
    assert_eq!(read("lifted<x-note>two"), "lifted        two");
    assert_eq!(read("a<sup>1</sup>"), "a     1      ");
}

#[test]
fn scripts_styles_and_comments_leave_no_words() {
    let html = "a<script type=\"x\">if (1 < 2) { \"sanctions\" }</SCRIPT >b<style>p{}</style>c<!-- freed > -->d";
    assert_eq!(read(html).split_whitespace().collect::<Vec<_>>(), ["a", "b", "c", "d"]);
    assert_eq!(read("a<script>never closed").trim_end(), "a");
    assert_eq!(read("a<!-- never closed").trim_end(), "a");
}

#[test]
fn references_are_decoded_where_they_stand() {
    let html = "The EU&rsquo;s caf&eacute; AT&amp;T &#8220;x&#8221;";
    assert_eq!(read(html), "The EU\u{2019}s caf\u{e9} AT&T \u{201c}x\u{201d}");
    assert_eq!(blank("caf&eacute;!"), format!("caf\u{e9}{}!", "\u{1}".repeat(6)));
}

#[test]
fn a_decoded_angle_bracket_opens_no_tag() {
    assert_eq!(read("&lt;b&gt;"), "<b>");
}

#[test]
fn cdata_is_opened_up() {
    assert_eq!(read("<![CDATA[<p>Freed</p>]]>"), "\n  Freed\n   ");
}

#[test]
fn attributes_may_hold_angle_brackets() {
    assert_eq!(read("x<a title=\"a > b\" href='>'>y</a>z"), "xyz");
    assert_eq!(read("x<a title=\"open>y"), "xy");
    assert_eq!(read("x<p it's>y").trim_start_matches('x').trim(), "y");
}

#[test]
fn what_is_no_tag_stays() {
    for text in ["1 < 2 and 3 > 2", "<name@example.org>", "a <b", "<", "</", "<>", "x <y and <", "a<\u{e9}>"] {
        assert_eq!(blank(text), text);
    }
}

#[test]
fn names_in_multibyte_tags_keep_offsets() {
    let html = "<img alt=\"\u{41c}\u{438}\u{43d}\u{441}\u{43a}\">freed";
    let blanked = blank(html);
    assert_eq!(blanked.len(), html.len());
    assert_eq!(blanked.find("freed"), html.find("freed"));
}

#[test]
fn markup_is_recognised_by_its_look() {
    for text in ["<p>x", "x</p>", "a <!-- b -->", "R&amp;D", "it&#39;s", "it&#x27;s"] {
        assert!(looks_like_markup(text), "{text}");
    }
    for text in ["plain", "1 < 2 > 0", "a & b;", "AT&T", "x <y", "? a>b <c", "&;", "", "<"] {
        assert!(!looks_like_markup(text), "{text}");
    }
}

#[test]
fn hidden_words_are_noticed_in_raw_json() {
    for json in [
        r#"{"body":"s<b>anctions</b>"}"#,
        r#"{"body":"&#115;anctions"}"#,
        r#"{"body":"\u0073anctions"}"#,
        r#"{"body":"\u003cp\u003e"}"#,
        r#"{"body":"a \u0026amp; b"}"#,
        r#"{"body":"sanc\u0001tions"}"#,
        r#"{"body":"\n\u004Cift"}"#,
    ] {
        assert!(needs_decoding(json.as_bytes()), "{json}");
    }
    for json in [
        r#"{"body":"It\u0027s \u0022plain\u0022\n\n\u2019 caf\u00e9 A & B, AT&T"}"#,
        r#"{"body":"a \\u0041 b"}"#,
        r#"{"url":"https://example.org/?a=1&b=2"}"#,
        "\\",
        "\\u00",
    ] {
        assert!(!needs_decoding(json.as_bytes()), "{json}");
    }
}

#[test]
fn hostile_text_takes_linear_time() {
    for piece in
        ["<a ", "<a b=\"", "<!", "<?", "</", "&", "<a b='x", "]]", "&#1", "<![CDATA[", "</script", "<a b=\"<a b='"]
    {
        for end in ["", ">", "\">", "'>"] {
            let text = format!("{}{end}", piece.repeat(300_000));
            assert_eq!(blank(&text).len(), text.len());
            let _ = looks_like_markup(&text);
        }
    }
}
