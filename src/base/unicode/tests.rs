//! Every code point against digests recorded from CPython 3.11, and spot checks.
//!
//! A digest is the CRC-32 of one line per code point; the lines are built the same way on both sides.

use super::case::{fold, lower, simple_lower, title, to_lower, to_swapcase, to_title, upper};
use super::normalize::{Form, is_normalized, normalize, normalize_3_2_0};
use super::*;
use crate::dtoa;

fn crc32(text: &str) -> u32 {
    let mut table = [0u32; 256];
    for (i, slot) in table.iter_mut().enumerate() {
        *slot = (0..8).fold(i as u32, |c, _| {
            if c & 1 == 1 {
                c >> 1 ^ 0xedb88320
            } else {
                c >> 1
            }
        });
    }
    !text.bytes().fold(!0u32, |c, b| {
        c >> 8 ^ table[((c ^ u32::from(b)) & 255) as usize]
    })
}

fn hex(text: &[u32]) -> String {
    text.iter()
        .map(|c| format!("{c:X}"))
        .collect::<Vec<_>>()
        .join(" ")
}

const FORMS: [Form; 4] = [Form::Nfc, Form::Nfd, Form::Nfkc, Form::Nfkd];

fn bits(answers: &[bool]) -> String {
    answers
        .iter()
        .map(|&yes| if yes { '1' } else { '0' })
        .collect()
}

fn optional(value: Option<impl ToString>) -> String {
    value.map_or_else(String::new, |v| v.to_string())
}

#[rustfmt::skip]
fn flags(c: u32) -> String {
    bits(&[
        is_printable(c), is_space(c), is_alpha(c), is_alnum(c), is_decimal(c), is_digit(c), is_numeric(c), is_lower(c),
        is_upper(c), is_upper(c) || is_title(c), is_identifier([c]), is_identifier([0x61, c]), is_line_break(c),
    ])
}

fn sigma(c: u32) -> String {
    let (a, s) = (0x61, 0x3a3);
    let lowered = [&[c, s][..], &[a, c, s], &[a, s, c], &[a, s, c, a]].map(|t| hex(&to_lower(t)));
    format!("{},{}", lowered.join(","), hex(&to_title(&[c, a])))
}

fn old_line(c: u32) -> String {
    [
        old::category(c).to_owned(),
        old::bidirectional(c).to_owned(),
        old::combining(c).to_string(),
        old::east_asian_width(c).to_owned(),
        bits(&[old::is_mirrored(c)]),
        old::decomposition(c),
        optional(old::decimal(c)),
        optional(old::digit(c)),
        optional(old::numeric(c).map(dtoa::repr)),
        names::name_3_2_0(c).unwrap_or_default(),
    ]
    .join(",")
}

fn line(property: &str, c: u32) -> String {
    match property {
        "category" => category(c).to_owned(),
        "bidirectional" => bidirectional(c).to_owned(),
        "combining" => combining(c).to_string(),
        "east_asian_width" => east_asian_width(c).to_owned(),
        "mirrored" => bits(&[is_mirrored(c)]),
        "decomposition" => decomposition(c),
        "decimal" => optional(decimal(c)),
        "digit" => optional(digit(c)),
        "numeric" => optional(numeric(c).map(dtoa::repr)),
        "flags" => flags(c),
        "lower" => hex(lower(c).as_slice()),
        "upper" => hex(upper(c).as_slice()),
        "title" => hex(title(c).as_slice()),
        "fold" => hex(fold(c).as_slice()),
        "simple_lower" => hex(&[simple_lower(c)]),
        "swap" => hex(&to_swapcase(&[c])),
        "sigma" => sigma(c),
        "nfc" => hex(&normalize(&[c], Form::Nfc)),
        "nfd" => hex(&normalize(&[c], Form::Nfd)),
        "nfkc" => hex(&normalize(&[c], Form::Nfkc)),
        "nfkd" => hex(&normalize(&[c], Form::Nfkd)),
        "normalized" => bits(&FORMS.map(|form| is_normalized(&[c], form))),
        "name" => names::name(c).unwrap_or_default(),
        "old" => old_line(c),
        "old_norm" if (0xd800..0xe000).contains(&c) => String::new(),
        "old_norm" => FORMS
            .map(|form| hex(&normalize_3_2_0(&[c], form)))
            .join(","),
        _ => unreachable!("unknown property {property}"),
    }
}

#[test]
fn every_code_point() {
    let recorded = [
        ("category", 0xc1dcfd52),
        ("bidirectional", 0x6d162b86),
        ("combining", 0x35f24eaa),
        ("east_asian_width", 0x37c353d4),
        ("mirrored", 0x3aa248ce),
        ("decomposition", 0x6c6cb7b0),
        ("decimal", 0x9403068d),
        ("digit", 0x78b721b3),
        ("numeric", 0x07f615d1),
        ("flags", 0x6a42ce19),
        ("lower", 0x09f5abea),
        ("upper", 0xf4a3f9c1),
        ("title", 0xd048ef3a),
        ("fold", 0x6849dc59),
        ("simple_lower", 0x39a8ec34),
        ("swap", 0x197f2ec1),
        ("sigma", 0x6c07b92a),
        ("nfc", 0x0415930b),
        ("nfd", 0x0b49e49d),
        ("nfkc", 0xbee471da),
        ("nfkd", 0x4e229e0e),
        ("normalized", 0xb87f05cc),
        ("name", 0xc4c1ac12),
        ("old", 0xe0e11941),
        ("old_norm", 0x5bba9315),
    ];
    let mut wrong = Vec::new();
    for (property, digest) in recorded {
        let lines: Vec<String> = (0..=MAX).map(|c| line(property, c)).collect();
        if crc32(&lines.join("\n")) != digest {
            wrong.push(property);
        }
    }
    assert_eq!(wrong, Vec::<&str>::new());
}

#[test]
fn every_name_is_found() {
    for c in 0..=MAX {
        if let Some(name) = names::name(c) {
            assert_eq!(names::lookup(&name), Some(c), "{name}");
        }
    }
}

#[test]
fn lookup_of_recorded_names() {
    let cases: &[(&str, &[u32])] = &[
        ("euro sign", &[8364]),
        ("Latin Small Letter A", &[97]),
        ("HANGUL SYLLABLE GAG", &[44033]),
        ("hangul syllable gag", &[]),
        ("HANGUL SYLLABLE ", &[]),
        ("HANGUL SYLLABLE GAGX", &[]),
        ("CJK UNIFIED IDEOGRAPH-4E00", &[19968]),
        ("cjk unified ideograph-4E00", &[]),
        ("CJK UNIFIED IDEOGRAPH-4e00", &[]),
        ("CJK UNIFIED IDEOGRAPH-04E00", &[19968]),
        ("CJK COMPATIBILITY IDEOGRAPH-F900", &[63744]),
        ("cjk compatibility ideograph-f900", &[63744]),
        ("TANGUT IDEOGRAPH-17000", &[]),
        ("TANGUT COMPONENT-001", &[100352]),
        ("NULL", &[0]),
        ("LINE FEED", &[10]),
        ("nbsp", &[160]),
        ("BELL", &[128276]),
        ("ALERT", &[7]),
        ("keycap digit one", &[49, 65039, 8419]),
        ("KEYCAP NUMBER SIGN", &[35, 65039, 8419]),
        ("LATIN SMALL LETTER R WITH TILDE", &[114, 771]),
        ("TIBETAN MARK BKA- SHOG YIG MGO", &[3850]),
        ("", &[]),
        ("A", &[]),
        ("EURO  SIGN", &[]),
        ("EURO SIGN ", &[]),
        ("é", &[]),
        ("NULL;0", &[]),
        (
            "BYZANTINE MUSICAL SYMBOL FTHORA SKLIRON CHROMA VASIS",
            &[118981],
        ),
        ("BRAKCET", &[]),
        (
            "PRESENTATION FORM FOR VERTICAL RIGHT WHITE LENTICULAR BRACKET",
            &[65048],
        ),
        (
            "PRESENTATION FORM FOR VERTICAL RIGHT WHITE LENTICULAR BRAKCET",
            &[65048],
        ),
        ("NUSHU CHARACTER-1B170", &[110960]),
        ("nushu character-1b170", &[110960]),
        ("TANGUT IDEOGRAPH-1700", &[]),
        ("VARIATION SELECTOR-17", &[917760]),
        ("VS17", &[917760]),
    ];
    for (name, characters) in cases {
        assert_eq!(
            names::lookup_with_sequences(name).unwrap_or_default(),
            *characters,
            "{name}"
        );
    }
}

#[test]
fn normalization_of_recorded_texts() {
    #[rustfmt::skip]
    let cases: &[(&str, [&str; 4])] = &[
        ("\u{323}\u{9c7}\u{1cd5}", ["\u{323}\u{9c7}\u{1cd5}", "\u{323}\u{9c7}\u{1cd5}", "\u{323}\u{9c7}\u{1cd5}", "\u{323}\u{9c7}\u{1cd5}"]),
        ("\u{345}\u{a8c4}\u{f87}", ["\u{a8c4}\u{f87}\u{345}", "\u{a8c4}\u{f87}\u{345}", "\u{a8c4}\u{f87}\u{345}", "\u{a8c4}\u{f87}\u{345}"]),
        ("\u{f976}\u{308}\u{1d16d}\u{327}\u{2f8fc}\u{fc98}\u{2de2}\u{fe27}", ["\u{7565}\u{327}\u{1d16d}\u{308}\u{6cbf}\u{fc98}\u{fe27}\u{2de2}", "\u{7565}\u{327}\u{1d16d}\u{308}\u{6cbf}\u{fc98}\u{fe27}\u{2de2}", "\u{7565}\u{327}\u{1d16d}\u{308}\u{6cbf}\u{626}\u{62d}\u{fe27}\u{2de2}", "\u{7565}\u{327}\u{1d16d}\u{308}\u{6cbf}\u{64a}\u{654}\u{62d}\u{fe27}\u{2de2}"]),
        ("\u{73}\u{3134}\u{308}\u{a4d}\u{61}\u{301}\u{fa78}", ["\u{73}\u{3134}\u{a4d}\u{308}\u{e1}\u{559d}", "\u{73}\u{3134}\u{a4d}\u{308}\u{61}\u{301}\u{559d}", "\u{73}\u{1102}\u{a4d}\u{308}\u{e1}\u{559d}", "\u{73}\u{1102}\u{a4d}\u{308}\u{61}\u{301}\u{559d}"]),
        ("\u{49}\u{2df1}\u{8d3}\u{fac0}\u{308}\u{ac01}", ["\u{49}\u{8d3}\u{2df1}\u{8b8a}\u{308}\u{ac01}", "\u{49}\u{8d3}\u{2df1}\u{8b8a}\u{308}\u{1100}\u{1161}\u{11a8}", "\u{49}\u{8d3}\u{2df1}\u{8b8a}\u{308}\u{ac01}", "\u{49}\u{8d3}\u{2df1}\u{8b8a}\u{308}\u{1100}\u{1161}\u{11a8}"]),
        ("\u{1dd0}\u{3323}\u{11c}\u{f37}\u{323}\u{fb66}", ["\u{1dd0}\u{3323}\u{11c}\u{f37}\u{323}\u{fb66}", "\u{1dd0}\u{3323}\u{47}\u{f37}\u{323}\u{302}\u{fb66}", "\u{1dd0}\u{30bb}\u{30f3}\u{30c8}\u{11c}\u{f37}\u{323}\u{679}", "\u{1dd0}\u{30bb}\u{30f3}\u{30c8}\u{47}\u{f37}\u{323}\u{302}\u{679}"]),
        ("\u{ac00}\u{1f12a}\u{fa15}\u{fc0f}\u{55}\u{fe29}\u{337e}", ["\u{ac00}\u{1f12a}\u{51de}\u{fc0f}\u{55}\u{fe29}\u{337e}", "\u{1100}\u{1161}\u{1f12a}\u{51de}\u{fc0f}\u{55}\u{fe29}\u{337e}", "\u{ac00}\u{3014}\u{53}\u{3015}\u{51de}\u{62a}\u{649}\u{55}\u{fe29}\u{660e}\u{6cbb}", "\u{1100}\u{1161}\u{3014}\u{53}\u{3015}\u{51de}\u{62a}\u{649}\u{55}\u{fe29}\u{660e}\u{6cbb}"]),
        ("\u{9be}\u{327}\u{24ba}", ["\u{9be}\u{327}\u{24ba}", "\u{9be}\u{327}\u{24ba}", "\u{9be}\u{327}\u{45}", "\u{9be}\u{327}\u{45}"]),
        ("\u{1d6c8}\u{16b30}\u{1d6fd}\u{2f805}\u{fdf6}\u{1f217}\u{301}", ["\u{1d6c8}\u{16b30}\u{1d6fd}\u{4fae}\u{fdf6}\u{1f217}\u{301}", "\u{1d6c8}\u{16b30}\u{1d6fd}\u{4fae}\u{fdf6}\u{1f217}\u{301}", "\u{3b7}\u{16b30}\u{3b2}\u{4fae}\u{631}\u{633}\u{648}\u{644}\u{5929}\u{301}", "\u{3b7}\u{16b30}\u{3b2}\u{4fae}\u{631}\u{633}\u{648}\u{644}\u{5929}\u{301}"]),
        ("\u{345}\u{301}\u{2f8b2}", ["\u{301}\u{345}\u{6210}", "\u{301}\u{345}\u{6210}", "\u{301}\u{345}\u{6210}", "\u{301}\u{345}\u{6210}"]),
        ("\u{321d}\u{6f}\u{327}\u{bbe}\u{41}\u{ac01}", ["\u{321d}\u{6f}\u{327}\u{bbe}\u{41}\u{ac01}", "\u{321d}\u{6f}\u{327}\u{bbe}\u{41}\u{1100}\u{1161}\u{11a8}", "\u{28}\u{c624}\u{c804}\u{29}\u{6f}\u{327}\u{bbe}\u{41}\u{ac01}", "\u{28}\u{110b}\u{1169}\u{110c}\u{1165}\u{11ab}\u{29}\u{6f}\u{327}\u{bbe}\u{41}\u{1100}\u{1161}\u{11a8}"]),
        ("\u{75}\u{53}\u{41}\u{ac00}", ["\u{75}\u{53}\u{41}\u{ac00}", "\u{75}\u{53}\u{41}\u{1100}\u{1161}", "\u{75}\u{53}\u{41}\u{ac00}", "\u{75}\u{53}\u{41}\u{1100}\u{1161}"]),
        ("\u{345}\u{65}\u{dcf}\u{301}\u{f9e4}\u{fcb6}\u{323}\u{301}", ["\u{345}\u{65}\u{dcf}\u{301}\u{7406}\u{fcb6}\u{323}\u{301}", "\u{345}\u{65}\u{dcf}\u{301}\u{7406}\u{fcb6}\u{323}\u{301}", "\u{345}\u{65}\u{dcf}\u{301}\u{7406}\u{636}\u{62e}\u{323}\u{301}", "\u{345}\u{65}\u{dcf}\u{301}\u{7406}\u{636}\u{62e}\u{323}\u{301}"]),
        ("\u{2f11}\u{345}\u{345}\u{1f126}\u{1161}\u{49}\u{1ab6}\u{fc38}", ["\u{2f11}\u{345}\u{345}\u{1f126}\u{1161}\u{49}\u{1ab6}\u{fc38}", "\u{2f11}\u{345}\u{345}\u{1f126}\u{1161}\u{49}\u{1ab6}\u{fc38}", "\u{5200}\u{345}\u{345}\u{28}\u{57}\u{29}\u{1161}\u{49}\u{1ab6}\u{643}\u{62c}", "\u{5200}\u{345}\u{345}\u{28}\u{57}\u{29}\u{1161}\u{49}\u{1ab6}\u{643}\u{62c}"]),
        ("\u{345}\u{9be}", ["\u{345}\u{9be}", "\u{345}\u{9be}", "\u{345}\u{9be}", "\u{345}\u{9be}"]),
        ("\u{10f4b}\u{49}\u{366}\u{11127}\u{1112e}\u{35b}\u{6f}\u{bc6}", ["\u{10f4b}\u{49}\u{366}\u{11127}\u{1112e}\u{35b}\u{6f}\u{bc6}", "\u{10f4b}\u{49}\u{366}\u{11127}\u{11131}\u{11127}\u{35b}\u{6f}\u{bc6}", "\u{10f4b}\u{49}\u{366}\u{11127}\u{1112e}\u{35b}\u{6f}\u{bc6}", "\u{10f4b}\u{49}\u{366}\u{11127}\u{11131}\u{11127}\u{35b}\u{6f}\u{bc6}"]),
        ("\u{308}\u{1d7c6}\u{1a7f}", ["\u{308}\u{1d7c6}\u{1a7f}", "\u{308}\u{1d7c6}\u{1a7f}", "\u{308}\u{3ba}\u{1a7f}", "\u{308}\u{3ba}\u{1a7f}"]),
        ("\u{308}\u{a8e3}\u{345}\u{2f4f}\u{2153}", ["\u{308}\u{a8e3}\u{345}\u{2f4f}\u{2153}", "\u{308}\u{a8e3}\u{345}\u{2f4f}\u{2153}", "\u{308}\u{a8e3}\u{345}\u{6bcb}\u{31}\u{2044}\u{33}", "\u{308}\u{a8e3}\u{345}\u{6bcb}\u{31}\u{2044}\u{33}"]),
        ("\u{f94a}\u{323}\u{2fc6}", ["\u{58d8}\u{323}\u{2fc6}", "\u{58d8}\u{323}\u{2fc6}", "\u{58d8}\u{323}\u{9ea5}", "\u{58d8}\u{323}\u{9ea5}"]),
        ("\u{308}\u{dd9}\u{ac00}", ["\u{308}\u{dd9}\u{ac00}", "\u{308}\u{dd9}\u{1100}\u{1161}", "\u{308}\u{dd9}\u{ac00}", "\u{308}\u{dd9}\u{1100}\u{1161}"]),
        ("\u{744}\u{7eb}\u{2fa08}\u{1e02a}\u{1161}", ["\u{744}\u{7eb}\u{4bce}\u{1e02a}\u{1161}", "\u{744}\u{7eb}\u{4bce}\u{1e02a}\u{1161}", "\u{744}\u{7eb}\u{4bce}\u{1e02a}\u{1161}", "\u{744}\u{7eb}\u{4bce}\u{1e02a}\u{1161}"]),
        ("\u{323}\u{bbe}\u{308}\u{345}", ["\u{323}\u{bbe}\u{308}\u{345}", "\u{323}\u{bbe}\u{308}\u{345}", "\u{323}\u{bbe}\u{308}\u{345}", "\u{323}\u{bbe}\u{308}\u{345}"]),
        ("\u{fa06}\u{301}\u{1ece}\u{fc09}\u{9be}", ["\u{66b4}\u{301}\u{1ece}\u{fc09}\u{9be}", "\u{66b4}\u{301}\u{4f}\u{309}\u{fc09}\u{9be}", "\u{66b4}\u{301}\u{1ece}\u{628}\u{649}\u{9be}", "\u{66b4}\u{301}\u{4f}\u{309}\u{628}\u{649}\u{9be}"]),
        ("\u{73}\u{9be}\u{8d6}\u{a8e6}\u{53}\u{323}\u{327}\u{ac00}", ["\u{73}\u{9be}\u{8d6}\u{a8e6}\u{15e}\u{323}\u{ac00}", "\u{73}\u{9be}\u{8d6}\u{a8e6}\u{53}\u{327}\u{323}\u{1100}\u{1161}", "\u{73}\u{9be}\u{8d6}\u{a8e6}\u{15e}\u{323}\u{ac00}", "\u{73}\u{9be}\u{8d6}\u{a8e6}\u{53}\u{327}\u{323}\u{1100}\u{1161}"]),
        ("\u{345}\u{323}\u{301}\u{32c9}\u{73}\u{1f5b}\u{bbe}", ["\u{323}\u{301}\u{345}\u{32c9}\u{73}\u{1f5b}\u{bbe}", "\u{323}\u{301}\u{345}\u{32c9}\u{73}\u{3a5}\u{314}\u{300}\u{bbe}", "\u{323}\u{301}\u{345}\u{31}\u{30}\u{6708}\u{73}\u{1f5b}\u{bbe}", "\u{323}\u{301}\u{345}\u{31}\u{30}\u{6708}\u{73}\u{3a5}\u{314}\u{300}\u{bbe}"]),
        ("\u{308}\u{11369}\u{1d167}", ["\u{1d167}\u{308}\u{11369}", "\u{1d167}\u{308}\u{11369}", "\u{1d167}\u{308}\u{11369}", "\u{1d167}\u{308}\u{11369}"]),
        ("\u{32e1}\u{308}\u{323}\u{323}\u{61}\u{327}", ["\u{32e1}\u{323}\u{323}\u{308}\u{61}\u{327}", "\u{32e1}\u{323}\u{323}\u{308}\u{61}\u{327}", "\u{30c4}\u{323}\u{323}\u{308}\u{61}\u{327}", "\u{30c4}\u{323}\u{323}\u{308}\u{61}\u{327}"]),
        ("\u{a676}\u{301}\u{20dc}", ["\u{a676}\u{301}\u{20dc}", "\u{a676}\u{301}\u{20dc}", "\u{a676}\u{301}\u{20dc}", "\u{a676}\u{301}\u{20dc}"]),
        ("\u{11131}\u{53}\u{163}\u{73}\u{22e}", ["\u{11131}\u{53}\u{163}\u{73}\u{22e}", "\u{11131}\u{53}\u{74}\u{327}\u{73}\u{4f}\u{307}", "\u{11131}\u{53}\u{163}\u{73}\u{22e}", "\u{11131}\u{53}\u{74}\u{327}\u{73}\u{4f}\u{307}"]),
        ("\u{340}\u{301}\u{327}\u{301}\u{45}\u{308}\u{341}\u{323}", ["\u{327}\u{300}\u{301}\u{301}\u{1eb8}\u{308}\u{301}", "\u{327}\u{300}\u{301}\u{301}\u{45}\u{323}\u{308}\u{301}", "\u{327}\u{300}\u{301}\u{301}\u{1eb8}\u{308}\u{301}", "\u{327}\u{300}\u{301}\u{301}\u{45}\u{323}\u{308}\u{301}"]),
        ("\u{30d4}\u{1e01e}\u{327}", ["\u{30d4}\u{327}\u{1e01e}", "\u{30d2}\u{309a}\u{327}\u{1e01e}", "\u{30d4}\u{327}\u{1e01e}", "\u{30d2}\u{309a}\u{327}\u{1e01e}"]),
        ("\u{41}\u{615}\u{308}\u{1a17}\u{1100}\u{308}", ["\u{41}\u{615}\u{308}\u{1a17}\u{1100}\u{308}", "\u{41}\u{615}\u{308}\u{1a17}\u{1100}\u{308}", "\u{41}\u{615}\u{308}\u{1a17}\u{1100}\u{308}", "\u{41}\u{615}\u{308}\u{1a17}\u{1100}\u{308}"]),
        ("\u{1eeb4}\u{9dc}\u{1cd0}", ["\u{1eeb4}\u{9a1}\u{9bc}\u{1cd0}", "\u{1eeb4}\u{9a1}\u{9bc}\u{1cd0}", "\u{634}\u{9a1}\u{9bc}\u{1cd0}", "\u{634}\u{9a1}\u{9bc}\u{1cd0}"]),
        ("\u{faa9}\u{69}\u{bbe}\u{9be}\u{2f68}\u{323}", ["\u{774a}\u{69}\u{bbe}\u{9be}\u{2f68}\u{323}", "\u{774a}\u{69}\u{bbe}\u{9be}\u{2f68}\u{323}", "\u{774a}\u{69}\u{bbe}\u{9be}\u{7676}\u{323}", "\u{774a}\u{69}\u{bbe}\u{9be}\u{7676}\u{323}"]),
        ("\u{323}\u{69}\u{323}\u{fc97}", ["\u{323}\u{1ecb}\u{fc97}", "\u{323}\u{69}\u{323}\u{fc97}", "\u{323}\u{1ecb}\u{626}\u{62c}", "\u{323}\u{69}\u{323}\u{64a}\u{654}\u{62c}"]),
        ("\u{1d16d}\u{2f9f7}\u{345}", ["\u{1d16d}\u{2921a}\u{345}", "\u{1d16d}\u{2921a}\u{345}", "\u{1d16d}\u{2921a}\u{345}", "\u{1d16d}\u{2921a}\u{345}"]),
        ("\u{301}\u{2f99e}\u{49}\u{2f82b}\u{61}", ["\u{301}\u{83e7}\u{49}\u{5317}\u{61}", "\u{301}\u{83e7}\u{49}\u{5317}\u{61}", "\u{301}\u{83e7}\u{49}\u{5317}\u{61}", "\u{301}\u{83e7}\u{49}\u{5317}\u{61}"]),
        ("\u{bbe}\u{11127}\u{75}\u{73f}", ["\u{bbe}\u{11127}\u{75}\u{73f}", "\u{bbe}\u{11127}\u{75}\u{73f}", "\u{bbe}\u{11127}\u{75}\u{73f}", "\u{bbe}\u{11127}\u{75}\u{73f}"]),
        ("\u{fdc0}\u{327}\u{41}\u{1ef3}\u{483}\u{11127}\u{323}\u{fef0}", ["\u{fdc0}\u{327}\u{41}\u{1ef3}\u{483}\u{11127}\u{323}\u{fef0}", "\u{fdc0}\u{327}\u{41}\u{79}\u{300}\u{483}\u{11127}\u{323}\u{fef0}", "\u{645}\u{62c}\u{64a}\u{327}\u{41}\u{1ef3}\u{483}\u{11127}\u{323}\u{649}", "\u{645}\u{62c}\u{64a}\u{327}\u{41}\u{79}\u{300}\u{483}\u{11127}\u{323}\u{649}"]),
        ("\u{bd7}\u{bc6}\u{73}\u{bc6}\u{314d}\u{327}\u{32e7}\u{327}", ["\u{bd7}\u{bc6}\u{73}\u{bc6}\u{314d}\u{327}\u{32e7}\u{327}", "\u{bd7}\u{bc6}\u{73}\u{bc6}\u{314d}\u{327}\u{32e7}\u{327}", "\u{bd7}\u{bc6}\u{73}\u{bc6}\u{1111}\u{327}\u{30cd}\u{327}", "\u{bd7}\u{bc6}\u{73}\u{bc6}\u{1111}\u{327}\u{30cd}\u{327}"]),
        ("\u{1e01c}\u{308}\u{323}\u{6f}\u{1cd8}\u{fe84}\u{112ea}", ["\u{323}\u{1e01c}\u{308}\u{6f}\u{1cd8}\u{fe84}\u{112ea}", "\u{323}\u{1e01c}\u{308}\u{6f}\u{1cd8}\u{fe84}\u{112ea}", "\u{323}\u{1e01c}\u{308}\u{6f}\u{1cd8}\u{623}\u{112ea}", "\u{323}\u{1e01c}\u{308}\u{6f}\u{1cd8}\u{627}\u{112ea}\u{654}"]),
        ("\u{11a8}\u{323}", ["\u{11a8}\u{323}", "\u{11a8}\u{323}", "\u{11a8}\u{323}", "\u{11a8}\u{323}"]),
        ("\u{2479}\u{1cda}\u{53}\u{f18}\u{1ddd}\u{9c7}\u{327}\u{53}", ["\u{2479}\u{1cda}\u{53}\u{f18}\u{1ddd}\u{9c7}\u{327}\u{53}", "\u{2479}\u{1cda}\u{53}\u{f18}\u{1ddd}\u{9c7}\u{327}\u{53}", "\u{28}\u{36}\u{29}\u{1cda}\u{53}\u{f18}\u{1ddd}\u{9c7}\u{327}\u{53}", "\u{28}\u{36}\u{29}\u{1cda}\u{53}\u{f18}\u{1ddd}\u{9c7}\u{327}\u{53}"]),
        ("\u{323}\u{73}\u{327}\u{1161}\u{1aba}", ["\u{323}\u{15f}\u{1161}\u{1aba}", "\u{323}\u{73}\u{327}\u{1161}\u{1aba}", "\u{323}\u{15f}\u{1161}\u{1aba}", "\u{323}\u{73}\u{327}\u{1161}\u{1aba}"]),
        ("\u{fd83}\u{5a5}\u{301}", ["\u{fd83}\u{5a5}\u{301}", "\u{fd83}\u{5a5}\u{301}", "\u{644}\u{62c}\u{62c}\u{5a5}\u{301}", "\u{644}\u{62c}\u{62c}\u{5a5}\u{301}"]),
        ("\u{345}\u{1f14d}\u{41}\u{308}\u{330d}", ["\u{345}\u{1f14d}\u{c4}\u{330d}", "\u{345}\u{1f14d}\u{41}\u{308}\u{330d}", "\u{345}\u{53}\u{53}\u{c4}\u{30ab}\u{30ed}\u{30ea}\u{30fc}", "\u{345}\u{53}\u{53}\u{41}\u{308}\u{30ab}\u{30ed}\u{30ea}\u{30fc}"]),
        ("\u{75}\u{3237}\u{61}\u{ac00}\u{1161}\u{1ce8}", ["\u{75}\u{3237}\u{61}\u{ac00}\u{1161}\u{1ce8}", "\u{75}\u{3237}\u{61}\u{1100}\u{1161}\u{1161}\u{1ce8}", "\u{75}\u{28}\u{795d}\u{29}\u{61}\u{ac00}\u{1161}\u{1ce8}", "\u{75}\u{28}\u{795d}\u{29}\u{61}\u{1100}\u{1161}\u{1161}\u{1ce8}"]),
        ("\u{308}\u{73}\u{1ee29}\u{323}", ["\u{308}\u{73}\u{1ee29}\u{323}", "\u{308}\u{73}\u{1ee29}\u{323}", "\u{308}\u{73}\u{64a}\u{323}", "\u{308}\u{73}\u{64a}\u{323}"]),
        ("\u{ac00}\u{1fbe}", ["\u{ac00}\u{3b9}", "\u{1100}\u{1161}\u{3b9}", "\u{ac00}\u{3b9}", "\u{1100}\u{1161}\u{3b9}"]),
        ("\u{308}\u{4f}\u{745}\u{308}\u{9c7}\u{1f11f}\u{45}", ["\u{308}\u{4f}\u{745}\u{308}\u{9c7}\u{1f11f}\u{45}", "\u{308}\u{4f}\u{745}\u{308}\u{9c7}\u{1f11f}\u{45}", "\u{308}\u{4f}\u{745}\u{308}\u{9c7}\u{28}\u{50}\u{29}\u{45}", "\u{308}\u{4f}\u{745}\u{308}\u{9c7}\u{28}\u{50}\u{29}\u{45}"]),
        ("\u{75}\u{2f2c}\u{1f75}\u{75}\u{327}\u{345}", ["\u{75}\u{2f2c}\u{3ae}\u{75}\u{327}\u{345}", "\u{75}\u{2f2c}\u{3b7}\u{301}\u{75}\u{327}\u{345}", "\u{75}\u{5c6e}\u{3ae}\u{75}\u{327}\u{345}", "\u{75}\u{5c6e}\u{3b7}\u{301}\u{75}\u{327}\u{345}"]),
        ("\u{dd9}\u{308}", ["\u{dd9}\u{308}", "\u{dd9}\u{308}", "\u{dd9}\u{308}", "\u{dd9}\u{308}"]),
        ("\u{1df0}\u{fc88}\u{1e015}\u{73}\u{33a}", ["\u{1df0}\u{fc88}\u{1e015}\u{73}\u{33a}", "\u{1df0}\u{fc88}\u{1e015}\u{73}\u{33a}", "\u{1df0}\u{645}\u{627}\u{1e015}\u{73}\u{33a}", "\u{1df0}\u{645}\u{627}\u{1e015}\u{73}\u{33a}"]),
        ("\u{301}\u{fc38}", ["\u{301}\u{fc38}", "\u{301}\u{fc38}", "\u{301}\u{643}\u{62c}", "\u{301}\u{643}\u{62c}"]),
        ("\u{1d72e}\u{1d7d0}", ["\u{1d72e}\u{1d7d0}", "\u{1d72e}\u{1d7d0}", "\u{3a3}\u{32}", "\u{3a3}\u{32}"]),
        ("\u{fc32}\u{fb15}\u{82c}\u{2f821}\u{327}", ["\u{fc32}\u{fb15}\u{82c}\u{5246}\u{327}", "\u{fc32}\u{fb15}\u{82c}\u{5246}\u{327}", "\u{641}\u{64a}\u{574}\u{56b}\u{82c}\u{5246}\u{327}", "\u{641}\u{64a}\u{574}\u{56b}\u{82c}\u{5246}\u{327}"]),
        ("\u{345}\u{308}\u{bc6}\u{1e01d}", ["\u{308}\u{345}\u{bc6}\u{1e01d}", "\u{308}\u{345}\u{bc6}\u{1e01d}", "\u{308}\u{345}\u{bc6}\u{1e01d}", "\u{308}\u{345}\u{bc6}\u{1e01d}"]),
        ("\u{301}\u{fcb6}", ["\u{301}\u{fcb6}", "\u{301}\u{fcb6}", "\u{301}\u{636}\u{62e}", "\u{301}\u{636}\u{62e}"]),
        ("\u{323}\u{301}", ["\u{323}\u{301}", "\u{323}\u{301}", "\u{323}\u{301}", "\u{323}\u{301}"]),
        ("\u{73}\u{300}\u{73}", ["\u{73}\u{300}\u{73}", "\u{73}\u{300}\u{73}", "\u{73}\u{300}\u{73}", "\u{73}\u{300}\u{73}"]),
        ("\u{345}\u{3144}", ["\u{345}\u{3144}", "\u{345}\u{3144}", "\u{345}\u{1121}", "\u{345}\u{1121}"]),
        ("\u{598}\u{5ab}\u{6f}\u{1161}\u{2f3b}\u{345}\u{323}", ["\u{598}\u{5ab}\u{6f}\u{1161}\u{2f3b}\u{323}\u{345}", "\u{598}\u{5ab}\u{6f}\u{1161}\u{2f3b}\u{323}\u{345}", "\u{598}\u{5ab}\u{6f}\u{1161}\u{5f73}\u{323}\u{345}", "\u{598}\u{5ab}\u{6f}\u{1161}\u{5f73}\u{323}\u{345}"]),
        ("\u{6f}\u{11a8}\u{fdfc}\u{1d73e}", ["\u{6f}\u{11a8}\u{fdfc}\u{1d73e}", "\u{6f}\u{11a8}\u{fdfc}\u{1d73e}", "\u{6f}\u{11a8}\u{631}\u{6cc}\u{627}\u{644}\u{3b9}", "\u{6f}\u{11a8}\u{631}\u{6cc}\u{627}\u{644}\u{3b9}"]),
        ("\u{9c7}\u{ac01}\u{345}", ["\u{9c7}\u{ac01}\u{345}", "\u{9c7}\u{1100}\u{1161}\u{11a8}\u{345}", "\u{9c7}\u{ac01}\u{345}", "\u{9c7}\u{1100}\u{1161}\u{11a8}\u{345}"]),
        ("\u{1b70}\u{20ea}\u{fbe8}\u{1183a}", ["\u{20ea}\u{1b70}\u{fbe8}\u{1183a}", "\u{20ea}\u{1b70}\u{fbe8}\u{1183a}", "\u{20ea}\u{1b70}\u{649}\u{1183a}", "\u{20ea}\u{1b70}\u{649}\u{1183a}"]),
        ("\u{10f50}\u{ac00}\u{597}\u{323}\u{f7d}", ["\u{10f50}\u{ac00}\u{f7d}\u{323}\u{597}", "\u{10f50}\u{1100}\u{1161}\u{f7d}\u{323}\u{597}", "\u{10f50}\u{ac00}\u{f7d}\u{323}\u{597}", "\u{10f50}\u{1100}\u{1161}\u{f7d}\u{323}\u{597}"]),
        ("\u{319c}\u{334d}\u{30b8}\u{61a}\u{30d6}", ["\u{319c}\u{334d}\u{30b8}\u{61a}\u{30d6}", "\u{319c}\u{334d}\u{30b7}\u{3099}\u{61a}\u{30d5}\u{3099}", "\u{4e01}\u{30e1}\u{30fc}\u{30c8}\u{30eb}\u{30b8}\u{61a}\u{30d6}", "\u{4e01}\u{30e1}\u{30fc}\u{30c8}\u{30eb}\u{30b7}\u{3099}\u{61a}\u{30d5}\u{3099}"]),
        ("\u{345}\u{1df1}\u{9c7}\u{308}\u{323}\u{308}", ["\u{1df1}\u{345}\u{9c7}\u{323}\u{308}\u{308}", "\u{1df1}\u{345}\u{9c7}\u{323}\u{308}\u{308}", "\u{1df1}\u{345}\u{9c7}\u{323}\u{308}\u{308}", "\u{1df1}\u{345}\u{9c7}\u{323}\u{308}\u{308}"]),
        ("\u{1100}\u{fab9}\u{1d57c}\u{327}", ["\u{1100}\u{8abf}\u{1d57c}\u{327}", "\u{1100}\u{8abf}\u{1d57c}\u{327}", "\u{1100}\u{8abf}\u{51}\u{327}", "\u{1100}\u{8abf}\u{51}\u{327}"]),
        ("\u{32a}\u{2f9f1}\u{f90e}\u{1161}", ["\u{32a}\u{28d77}\u{7669}\u{1161}", "\u{32a}\u{28d77}\u{7669}\u{1161}", "\u{32a}\u{28d77}\u{7669}\u{1161}", "\u{32a}\u{28d77}\u{7669}\u{1161}"]),
        ("\u{308}\u{2f29}\u{dd9}\u{323}\u{1df3}", ["\u{308}\u{2f29}\u{dd9}\u{323}\u{1df3}", "\u{308}\u{2f29}\u{dd9}\u{323}\u{1df3}", "\u{308}\u{5c0f}\u{dd9}\u{323}\u{1df3}", "\u{308}\u{5c0f}\u{dd9}\u{323}\u{1df3}"]),
        ("\u{bc6}\u{1ce3}\u{ac01}\u{1f89}\u{1d5f}", ["\u{bc6}\u{1ce3}\u{ac01}\u{1f89}\u{1d5f}", "\u{bc6}\u{1ce3}\u{1100}\u{1161}\u{11a8}\u{391}\u{314}\u{345}\u{1d5f}", "\u{bc6}\u{1ce3}\u{ac01}\u{1f89}\u{3b4}", "\u{bc6}\u{1ce3}\u{1100}\u{1161}\u{11a8}\u{391}\u{314}\u{345}\u{3b4}"]),
        ("\u{73f}\u{1cdd}\u{2f94a}\u{11d45}\u{49}\u{6f}\u{fa90}", ["\u{1cdd}\u{73f}\u{778b}\u{11d45}\u{49}\u{6f}\u{6556}", "\u{1cdd}\u{73f}\u{778b}\u{11d45}\u{49}\u{6f}\u{6556}", "\u{1cdd}\u{73f}\u{778b}\u{11d45}\u{49}\u{6f}\u{6556}", "\u{1cdd}\u{73f}\u{778b}\u{11d45}\u{49}\u{6f}\u{6556}"]),
        ("\u{301}\u{323}\u{345}\u{331d}\u{bbe}\u{1abc}\u{11446}\u{2f818}", ["\u{323}\u{301}\u{345}\u{331d}\u{bbe}\u{11446}\u{1abc}\u{51a4}", "\u{323}\u{301}\u{345}\u{331d}\u{bbe}\u{11446}\u{1abc}\u{51a4}", "\u{323}\u{301}\u{345}\u{30b3}\u{30eb}\u{30ca}\u{bbe}\u{11446}\u{1abc}\u{51a4}", "\u{323}\u{301}\u{345}\u{30b3}\u{30eb}\u{30ca}\u{bbe}\u{11446}\u{1abc}\u{51a4}"]),
        ("\u{20d3}\u{301}", ["\u{20d3}\u{301}", "\u{20d3}\u{301}", "\u{20d3}\u{301}", "\u{20d3}\u{301}"]),
        ("\u{216b}\u{1d7ec}\u{359}\u{301}\u{345}", ["\u{216b}\u{1d7ec}\u{359}\u{301}\u{345}", "\u{216b}\u{1d7ec}\u{359}\u{301}\u{345}", "\u{58}\u{49}\u{49}\u{30}\u{359}\u{301}\u{345}", "\u{58}\u{49}\u{49}\u{30}\u{359}\u{301}\u{345}"]),
        ("\u{c2}\u{9be}\u{1d524}\u{6f}", ["\u{c2}\u{9be}\u{1d524}\u{6f}", "\u{41}\u{302}\u{9be}\u{1d524}\u{6f}", "\u{c2}\u{9be}\u{67}\u{6f}", "\u{41}\u{302}\u{9be}\u{67}\u{6f}"]),
        ("\u{1acb}\u{3271}\u{308}\u{6f}\u{1d7b6}\u{fd3d}\u{ff3a}\u{115bf}", ["\u{1acb}\u{3271}\u{308}\u{6f}\u{1d7b6}\u{fd3d}\u{ff3a}\u{115bf}", "\u{1acb}\u{3271}\u{308}\u{6f}\u{1d7b6}\u{fd3d}\u{ff3a}\u{115bf}", "\u{1acb}\u{b77c}\u{308}\u{6f}\u{3bd}\u{627}\u{64b}\u{5a}\u{115bf}", "\u{1acb}\u{1105}\u{1161}\u{308}\u{6f}\u{3bd}\u{627}\u{64b}\u{5a}\u{115bf}"]),
        ("\u{bbe}\u{41}\u{327}\u{59e}\u{49}\u{1dc8}", ["\u{bbe}\u{41}\u{327}\u{59e}\u{49}\u{1dc8}", "\u{bbe}\u{41}\u{327}\u{59e}\u{49}\u{1dc8}", "\u{bbe}\u{41}\u{327}\u{59e}\u{49}\u{1dc8}", "\u{bbe}\u{41}\u{327}\u{59e}\u{49}\u{1dc8}"]),
        ("\u{dcf}\u{301}\u{fb1d}\u{1d437}\u{11131}\u{a8ea}\u{356}", ["\u{dcf}\u{301}\u{5d9}\u{5b4}\u{1d437}\u{11131}\u{356}\u{a8ea}", "\u{dcf}\u{301}\u{5d9}\u{5b4}\u{1d437}\u{11131}\u{356}\u{a8ea}", "\u{dcf}\u{301}\u{5d9}\u{5b4}\u{44}\u{11131}\u{356}\u{a8ea}", "\u{dcf}\u{301}\u{5d9}\u{5b4}\u{44}\u{11131}\u{356}\u{a8ea}"]),
        ("\u{41}\u{ac00}\u{345}\u{1161}\u{323}\u{dca}\u{308}", ["\u{41}\u{ac00}\u{345}\u{1161}\u{dca}\u{323}\u{308}", "\u{41}\u{1100}\u{1161}\u{345}\u{1161}\u{dca}\u{323}\u{308}", "\u{41}\u{ac00}\u{345}\u{1161}\u{dca}\u{323}\u{308}", "\u{41}\u{1100}\u{1161}\u{345}\u{1161}\u{dca}\u{323}\u{308}"]),
        ("\u{45}\u{301}\u{49}\u{1d48a}\u{fdf7}\u{323}\u{10f85}\u{75}", ["\u{c9}\u{49}\u{1d48a}\u{fdf7}\u{323}\u{10f85}\u{75}", "\u{45}\u{301}\u{49}\u{1d48a}\u{fdf7}\u{323}\u{10f85}\u{75}", "\u{c9}\u{49}\u{69}\u{639}\u{644}\u{64a}\u{647}\u{323}\u{10f85}\u{75}", "\u{45}\u{301}\u{49}\u{69}\u{639}\u{644}\u{64a}\u{647}\u{323}\u{10f85}\u{75}"]),
        ("\u{345}\u{345}\u{bd7}\u{20d6}\u{327}\u{dcf}\u{711}", ["\u{345}\u{345}\u{bd7}\u{327}\u{20d6}\u{dcf}\u{711}", "\u{345}\u{345}\u{bd7}\u{327}\u{20d6}\u{dcf}\u{711}", "\u{345}\u{345}\u{bd7}\u{327}\u{20d6}\u{dcf}\u{711}", "\u{345}\u{345}\u{bd7}\u{327}\u{20d6}\u{dcf}\u{711}"]),
        ("\u{327}\u{ac00}\u{15e}\u{73}\u{327}", ["\u{327}\u{ac00}\u{15e}\u{15f}", "\u{327}\u{1100}\u{1161}\u{53}\u{327}\u{73}\u{327}", "\u{327}\u{ac00}\u{15e}\u{15f}", "\u{327}\u{1100}\u{1161}\u{53}\u{327}\u{73}\u{327}"]),
        ("\u{49}\u{20d4}\u{fcfe}", ["\u{49}\u{20d4}\u{fcfe}", "\u{49}\u{20d4}\u{fcfe}", "\u{49}\u{20d4}\u{634}\u{64a}", "\u{49}\u{20d4}\u{634}\u{64a}"]),
        ("\u{11127}\u{fb14}\u{75}\u{301}\u{20f0}\u{11a8}\u{1ab2}\u{4f}", ["\u{11127}\u{fb14}\u{fa}\u{20f0}\u{11a8}\u{1ab2}\u{4f}", "\u{11127}\u{fb14}\u{75}\u{301}\u{20f0}\u{11a8}\u{1ab2}\u{4f}", "\u{11127}\u{574}\u{565}\u{fa}\u{20f0}\u{11a8}\u{1ab2}\u{4f}", "\u{11127}\u{574}\u{565}\u{75}\u{301}\u{20f0}\u{11a8}\u{1ab2}\u{4f}"]),
        ("\u{1e136}\u{4ee}", ["\u{1e136}\u{4ee}", "\u{1e136}\u{423}\u{304}", "\u{1e136}\u{4ee}", "\u{1e136}\u{423}\u{304}"]),
        ("\u{fd56}\u{1ce8}\u{1fa2}\u{89b}\u{ffe2}\u{323}", ["\u{fd56}\u{1ce8}\u{1fa2}\u{89b}\u{ffe2}\u{323}", "\u{fd56}\u{1ce8}\u{3c9}\u{89b}\u{313}\u{300}\u{345}\u{ffe2}\u{323}", "\u{62a}\u{645}\u{62d}\u{1ce8}\u{1fa2}\u{89b}\u{ac}\u{323}", "\u{62a}\u{645}\u{62d}\u{1ce8}\u{3c9}\u{89b}\u{313}\u{300}\u{345}\u{ac}\u{323}"]),
        ("\u{301}\u{10f4a}\u{592}\u{dca}\u{da}\u{2dfc}", ["\u{dca}\u{301}\u{10f4a}\u{592}\u{da}\u{2dfc}", "\u{dca}\u{301}\u{10f4a}\u{592}\u{55}\u{301}\u{2dfc}", "\u{dca}\u{301}\u{10f4a}\u{592}\u{da}\u{2dfc}", "\u{dca}\u{301}\u{10f4a}\u{592}\u{55}\u{301}\u{2dfc}"]),
        ("\u{1d48f}\u{308}", ["\u{1d48f}\u{308}", "\u{1d48f}\u{308}", "\u{6e}\u{308}", "\u{6e}\u{308}"]),
    ];
    let points = |text: &str| text.chars().map(u32::from).collect::<Vec<u32>>();
    for (text, results) in cases {
        for (form, result) in FORMS.into_iter().zip(results) {
            assert_eq!(
                hex(&normalize(&points(text), form)),
                hex(&points(result)),
                "{form:?}"
            );
            assert_eq!(
                is_normalized(&points(text), form),
                text == result,
                "{form:?} {text:?}"
            );
        }
    }
}
