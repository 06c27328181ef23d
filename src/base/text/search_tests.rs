//! Searching, splitting and replacing against their definition and values recorded from CPython 3.11.

use super::*;

/// What the searches must agree with: the definition, tried at every position.
fn find_slowly(haystack: &[u16], needle: &[u16]) -> Vec<usize> {
    (0..=haystack.len().saturating_sub(needle.len()))
        .filter(|&i| haystack.get(i..i + needle.len()) == Some(needle))
        .collect()
}

#[test]
fn searching_agrees_with_the_definition() {
    let mut state = 12345u32;
    let mut next = |below: u32| {
        state = state.wrapping_mul(1664525).wrapping_add(1013904223);
        (state >> 16) % below
    };
    for _ in 0..20000 {
        let letters = 1 + next(3);
        let haystack: Vec<u16> = (0..next(60))
            .map(|_| 0x400 + next(letters) as u16)
            .collect();
        let needle: Vec<u16> = (0..1 + next(14))
            .map(|_| 0x400 + next(letters) as u16)
            .collect();
        let all = find_slowly(&haystack, &needle);
        assert_eq!(find::find(&haystack, &needle), all.first().copied());
        assert_eq!(find::rfind(&haystack, &needle), all.last().copied());
        let mut apart: Vec<usize> = Vec::new();
        for at in all {
            if apart.last().is_none_or(|&last| at >= last + needle.len()) {
                apart.push(at);
            }
        }
        assert_eq!(find::count(&haystack, &needle), apart.len());
    }
}

#[test]
fn hostile_searches_are_linear() {
    let haystack = vec![0x400u16; 400_000];
    let mut needle = vec![0x400u16; 100_000];
    needle.push(0x401);
    assert_eq!(find::find(&haystack, &needle), None);
    needle.reverse();
    assert_eq!(find::find(&haystack, &needle), None);
    assert_eq!(find::rfind(&haystack, &needle), None);
    needle[0] = 0x400;
    needle[50_000] = 0x401;
    assert_eq!(find::find(&haystack, &needle), None);
}

fn parts(text: &str, ranges: &[std::ops::Range<usize>]) -> Vec<String> {
    ranges
        .iter()
        .map(|range| text[range.clone()].to_owned())
        .collect()
}

#[test]
fn splitting() {
    use crate::unicode::{is_line_break, is_space};

    #[rustfmt::skip]
    let cases: &[(&str, &str, isize, &[&str])] = &[
        ("split ,", "", -1, &[""]),
        ("rsplit ,", "", -1, &[""]),
        ("split 2", "", -1, &[""]),
        ("rsplit 2", "", -1, &[""]),
        ("split", "", -1, &[]),
        ("rsplit", "", -1, &[]),
        ("split ,", "", 0, &[""]),
        ("rsplit ,", "", 0, &[""]),
        ("split 2", "", 0, &[""]),
        ("rsplit 2", "", 0, &[""]),
        ("split", "", 0, &[]),
        ("rsplit", "", 0, &[]),
        ("split ,", "", 1, &[""]),
        ("rsplit ,", "", 1, &[""]),
        ("split 2", "", 1, &[""]),
        ("rsplit 2", "", 1, &[""]),
        ("split", "", 1, &[]),
        ("rsplit", "", 1, &[]),
        ("split ,", "", 2, &[""]),
        ("rsplit ,", "", 2, &[""]),
        ("split 2", "", 2, &[""]),
        ("rsplit 2", "", 2, &[""]),
        ("split", "", 2, &[]),
        ("rsplit", "", 2, &[]),
        ("split ,", " ", -1, &[" "]),
        ("rsplit ,", " ", -1, &[" "]),
        ("split 2", " ", -1, &[" "]),
        ("rsplit 2", " ", -1, &[" "]),
        ("split", " ", -1, &[]),
        ("rsplit", " ", -1, &[]),
        ("split ,", " ", 0, &[" "]),
        ("rsplit ,", " ", 0, &[" "]),
        ("split 2", " ", 0, &[" "]),
        ("rsplit 2", " ", 0, &[" "]),
        ("split", " ", 0, &[]),
        ("rsplit", " ", 0, &[]),
        ("split ,", " ", 1, &[" "]),
        ("rsplit ,", " ", 1, &[" "]),
        ("split 2", " ", 1, &[" "]),
        ("rsplit 2", " ", 1, &[" "]),
        ("split", " ", 1, &[]),
        ("rsplit", " ", 1, &[]),
        ("split ,", " ", 2, &[" "]),
        ("rsplit ,", " ", 2, &[" "]),
        ("split 2", " ", 2, &[" "]),
        ("rsplit 2", " ", 2, &[" "]),
        ("split", " ", 2, &[]),
        ("rsplit", " ", 2, &[]),
        ("split ,", "a b  c ", -1, &["a b  c "]),
        ("rsplit ,", "a b  c ", -1, &["a b  c "]),
        ("split 2", "a b  c ", -1, &["a b", "c "]),
        ("rsplit 2", "a b  c ", -1, &["a b", "c "]),
        ("split", "a b  c ", -1, &["a", "b", "c"]),
        ("rsplit", "a b  c ", -1, &["a", "b", "c"]),
        ("split ,", "a b  c ", 0, &["a b  c "]),
        ("rsplit ,", "a b  c ", 0, &["a b  c "]),
        ("split 2", "a b  c ", 0, &["a b  c "]),
        ("rsplit 2", "a b  c ", 0, &["a b  c "]),
        ("split", "a b  c ", 0, &["a b  c "]),
        ("rsplit", "a b  c ", 0, &["a b  c"]),
        ("split ,", "a b  c ", 1, &["a b  c "]),
        ("rsplit ,", "a b  c ", 1, &["a b  c "]),
        ("split 2", "a b  c ", 1, &["a b", "c "]),
        ("rsplit 2", "a b  c ", 1, &["a b", "c "]),
        ("split", "a b  c ", 1, &["a", "b  c "]),
        ("rsplit", "a b  c ", 1, &["a b", "c"]),
        ("split ,", "a b  c ", 2, &["a b  c "]),
        ("rsplit ,", "a b  c ", 2, &["a b  c "]),
        ("split 2", "a b  c ", 2, &["a b", "c "]),
        ("rsplit 2", "a b  c ", 2, &["a b", "c "]),
        ("split", "a b  c ", 2, &["a", "b", "c "]),
        ("rsplit", "a b  c ", 2, &["a", "b", "c"]),
        ("split ,", "  a b", -1, &["  a b"]),
        ("rsplit ,", "  a b", -1, &["  a b"]),
        ("split 2", "  a b", -1, &["", "a b"]),
        ("rsplit 2", "  a b", -1, &["", "a b"]),
        ("split", "  a b", -1, &["a", "b"]),
        ("rsplit", "  a b", -1, &["a", "b"]),
        ("split ,", "  a b", 0, &["  a b"]),
        ("rsplit ,", "  a b", 0, &["  a b"]),
        ("split 2", "  a b", 0, &["  a b"]),
        ("rsplit 2", "  a b", 0, &["  a b"]),
        ("split", "  a b", 0, &["a b"]),
        ("rsplit", "  a b", 0, &["  a b"]),
        ("split ,", "  a b", 1, &["  a b"]),
        ("rsplit ,", "  a b", 1, &["  a b"]),
        ("split 2", "  a b", 1, &["", "a b"]),
        ("rsplit 2", "  a b", 1, &["", "a b"]),
        ("split", "  a b", 1, &["a", "b"]),
        ("rsplit", "  a b", 1, &["  a", "b"]),
        ("split ,", "  a b", 2, &["  a b"]),
        ("rsplit ,", "  a b", 2, &["  a b"]),
        ("split 2", "  a b", 2, &["", "a b"]),
        ("rsplit 2", "  a b", 2, &["", "a b"]),
        ("split", "  a b", 2, &["a", "b"]),
        ("rsplit", "  a b", 2, &["a", "b"]),
        ("split ,", "a,b,,c", -1, &["a", "b", "", "c"]),
        ("rsplit ,", "a,b,,c", -1, &["a", "b", "", "c"]),
        ("split 2", "a,b,,c", -1, &["a,b,,c"]),
        ("rsplit 2", "a,b,,c", -1, &["a,b,,c"]),
        ("split", "a,b,,c", -1, &["a,b,,c"]),
        ("rsplit", "a,b,,c", -1, &["a,b,,c"]),
        ("split ,", "a,b,,c", 0, &["a,b,,c"]),
        ("rsplit ,", "a,b,,c", 0, &["a,b,,c"]),
        ("split 2", "a,b,,c", 0, &["a,b,,c"]),
        ("rsplit 2", "a,b,,c", 0, &["a,b,,c"]),
        ("split", "a,b,,c", 0, &["a,b,,c"]),
        ("rsplit", "a,b,,c", 0, &["a,b,,c"]),
        ("split ,", "a,b,,c", 1, &["a", "b,,c"]),
        ("rsplit ,", "a,b,,c", 1, &["a,b,", "c"]),
        ("split 2", "a,b,,c", 1, &["a,b,,c"]),
        ("rsplit 2", "a,b,,c", 1, &["a,b,,c"]),
        ("split", "a,b,,c", 1, &["a,b,,c"]),
        ("rsplit", "a,b,,c", 1, &["a,b,,c"]),
        ("split ,", "a,b,,c", 2, &["a", "b", ",c"]),
        ("rsplit ,", "a,b,,c", 2, &["a,b", "", "c"]),
        ("split 2", "a,b,,c", 2, &["a,b,,c"]),
        ("rsplit 2", "a,b,,c", 2, &["a,b,,c"]),
        ("split", "a,b,,c", 2, &["a,b,,c"]),
        ("rsplit", "a,b,,c", 2, &["a,b,,c"]),
        ("split ,", ",", -1, &["", ""]),
        ("rsplit ,", ",", -1, &["", ""]),
        ("split 2", ",", -1, &[","]),
        ("rsplit 2", ",", -1, &[","]),
        ("split", ",", -1, &[","]),
        ("rsplit", ",", -1, &[","]),
        ("split ,", ",", 0, &[","]),
        ("rsplit ,", ",", 0, &[","]),
        ("split 2", ",", 0, &[","]),
        ("rsplit 2", ",", 0, &[","]),
        ("split", ",", 0, &[","]),
        ("rsplit", ",", 0, &[","]),
        ("split ,", ",", 1, &["", ""]),
        ("rsplit ,", ",", 1, &["", ""]),
        ("split 2", ",", 1, &[","]),
        ("rsplit 2", ",", 1, &[","]),
        ("split", ",", 1, &[","]),
        ("rsplit", ",", 1, &[","]),
        ("split ,", ",", 2, &["", ""]),
        ("rsplit ,", ",", 2, &["", ""]),
        ("split 2", ",", 2, &[","]),
        ("rsplit 2", ",", 2, &[","]),
        ("split", ",", 2, &[","]),
        ("rsplit", ",", 2, &[","]),
        ("split ,", "a  b    c", -1, &["a  b    c"]),
        ("rsplit ,", "a  b    c", -1, &["a  b    c"]),
        ("split 2", "a  b    c", -1, &["a", "b", "", "c"]),
        ("rsplit 2", "a  b    c", -1, &["a", "b", "", "c"]),
        ("split", "a  b    c", -1, &["a", "b", "c"]),
        ("rsplit", "a  b    c", -1, &["a", "b", "c"]),
        ("split ,", "a  b    c", 0, &["a  b    c"]),
        ("rsplit ,", "a  b    c", 0, &["a  b    c"]),
        ("split 2", "a  b    c", 0, &["a  b    c"]),
        ("rsplit 2", "a  b    c", 0, &["a  b    c"]),
        ("split", "a  b    c", 0, &["a  b    c"]),
        ("rsplit", "a  b    c", 0, &["a  b    c"]),
        ("split ,", "a  b    c", 1, &["a  b    c"]),
        ("rsplit ,", "a  b    c", 1, &["a  b    c"]),
        ("split 2", "a  b    c", 1, &["a", "b    c"]),
        ("rsplit 2", "a  b    c", 1, &["a  b  ", "c"]),
        ("split", "a  b    c", 1, &["a", "b    c"]),
        ("rsplit", "a  b    c", 1, &["a  b", "c"]),
        ("split ,", "a  b    c", 2, &["a  b    c"]),
        ("rsplit ,", "a  b    c", 2, &["a  b    c"]),
        ("split 2", "a  b    c", 2, &["a", "b", "  c"]),
        ("rsplit 2", "a  b    c", 2, &["a  b", "", "c"]),
        ("split", "a  b    c", 2, &["a", "b", "c"]),
        ("rsplit", "a  b    c", 2, &["a", "b", "c"]),
        ("lines", "", 0, &[]),
        ("lines", "", 1, &[]),
        ("lines", "a", 0, &["a"]),
        ("lines", "a", 1, &["a"]),
        ("lines", "a\n", 0, &["a"]),
        ("lines", "a\n", 1, &["a\n"]),
        ("lines", "a\nb", 0, &["a", "b"]),
        ("lines", "a\nb", 1, &["a\n", "b"]),
        ("lines", "a\r\nb\r\n", 0, &["a", "b"]),
        ("lines", "a\r\nb\r\n", 1, &["a\r\n", "b\r\n"]),
        ("lines", "\n\r\r\n", 0, &["", "", ""]),
        ("lines", "\n\r\r\n", 1, &["\n", "\r", "\r\n"]),
        ("lines", "a\rb", 0, &["a", "b"]),
        ("lines", "a\rb", 1, &["a\r", "b"]),
    ];
    for &(kind, text, n, expected) in cases {
        let b = text.as_bytes();
        let wide: Vec<u16> = convert_units(b);
        let comma = u16::from(b',');
        let (narrow, wide) = match kind {
            "split ," => (split::split(b, b",", n), split::split(&wide, &[comma], n)),
            "rsplit ," => (split::rsplit(b, b",", n), split::rsplit(&wide, &[comma], n)),
            "split 2" => (split::split(b, b"  ", n), split::split(&wide, &[32, 32], n)),
            "rsplit 2" => (
                split::rsplit(b, b"  ", n),
                split::rsplit(&wide, &[32, 32], n),
            ),
            "split" => (
                split::split_whitespace(b, n, is_space),
                split::split_whitespace(&wide, n, is_space),
            ),
            "rsplit" => (
                split::rsplit_whitespace(b, n, is_space),
                split::rsplit_whitespace(&wide, n, is_space),
            ),
            _ => (
                split::split_lines(b, n != 0, is_line_break),
                split::split_lines(&wide, n != 0, is_line_break),
            ),
        };
        assert_eq!(parts(text, &narrow), expected, "{kind} {text:?} {n}");
        assert_eq!(parts(text, &wide), expected, "{kind} {text:?} {n}");
    }
}

#[test]
fn replacing() {
    let replace = |text: &str, old: &str, new: &str, count| {
        let done = split::replace(text.as_bytes(), old.as_bytes(), new.as_bytes(), count);
        String::from_utf8(done.unwrap_or_else(|| text.as_bytes().to_vec())).unwrap()
    };
    #[rustfmt::skip]
    let cases = [
        ("", "", "x", -1, "x"),
        ("ab", "", "x", -1, "xaxbx"),
        ("ab", "", "x", 1, "xab"),
        ("ab", "", "x", 2, "xaxb"),
        ("ab", "", "x", 0, "ab"),
        ("aaa", "a", "b", -1, "bbb"),
        ("aaa", "a", "b", 2, "bba"),
        ("aaa", "a", "", -1, ""),
        ("abcabc", "bc", "XYZ", -1, "aXYZaXYZ"),
        ("abcabc", "bc", "XYZ", 1, "aXYZabc"),
        ("aaaa", "aa", "b", -1, "bb"),
        ("a", "aa", "b", -1, "a"),
        ("abc", "b", "", -1, "ac"),
        ("abc", "x", "y", -1, "abc"),
        ("abcabc", "abc", "", -1, ""),
    ];
    for (text, old, new, count, expected) in cases {
        assert_eq!(
            replace(text, old, new, count),
            expected,
            "{text:?} {old:?} {new:?} {count}"
        );
    }
}
