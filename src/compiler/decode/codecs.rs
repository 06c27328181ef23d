//! The encodings that a coding cookie can name.
//!
//! Single-byte encodings come from tables made from CPython's; the East Asian ones from `encoding_rs`.
//!
//! CPython 3.11: `Lib/encodings`, `Modules/cjkcodecs`.

use super::charmap_tables::{ALIASES, CHARMAPS};
use super::utf8_error;

/// Decodes `bytes`; the error is what `str()` of CPython's exception would be.
pub fn decode(bytes: &[u8], encoding: &str) -> Result<String, String> {
    let Some(codec) = codec_name(encoding) else {
        return Err(format!("unknown encoding: {encoding}"));
    };
    match codec.as_str() {
        "utf_8" | "utf_8_sig" => {
            let bytes = if codec == "utf_8_sig" {
                bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
            } else {
                bytes
            };
            match utf8_error(bytes) {
                Some(error) => Err(error),
                None => Ok(String::from_utf8_lossy(bytes).into_owned()),
            }
        }
        "latin_1" => Ok(bytes.iter().map(|&byte| byte as char).collect()),
        "ascii" => ascii(bytes),
        "base64_codec" | "bz2_codec" | "hex_codec" | "quopri_codec" | "rot_13" | "uu_codec"
        | "zlib_codec" => Err(format!(
            "'{encoding}' is not a text encoding; use codecs.decode() to handle arbitrary codecs"
        )),
        name => match CHARMAPS.iter().find(|(charmap, _)| *charmap == name) {
            Some((_, table)) => charmap(bytes, table),
            None => east_asian(bytes, name)
                .unwrap_or_else(|| Err(format!("unknown encoding: {encoding}"))),
        },
    }
}

/// The name of the codec, by the rules of `encodings.search_function`.
fn codec_name(encoding: &str) -> Option<String> {
    let mut name = String::new();
    let mut pending = false;
    for ch in encoding.chars() {
        if ch.is_ascii_alphanumeric() || ch == '.' {
            if pending && !name.is_empty() {
                name.push('_');
            }
            name.push(ch.to_ascii_lowercase());
            pending = false;
        } else {
            pending = true;
        }
    }
    let undotted = name.replace('.', "_");
    let target = ALIASES
        .iter()
        .find(|(alias, _)| *alias == name || *alias == undotted)
        .map(|(_, target)| (*target).to_owned());
    let name = target.unwrap_or(name);
    if name.contains('.') { None } else { Some(name) }
}

fn ascii(bytes: &[u8]) -> Result<String, String> {
    match bytes.iter().position(|byte| !byte.is_ascii()) {
        None => Ok(String::from_utf8_lossy(bytes).into_owned()),
        Some(position) => Err(format!(
            "'ascii' codec can't decode byte 0x{:02x} in position {position}: ordinal not in range(128)",
            bytes[position]
        )),
    }
}

fn charmap(bytes: &[u8], table: &[u16; 128]) -> Result<String, String> {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 2);
    for (position, &byte) in bytes.iter().enumerate() {
        let code = if byte < 128 {
            u16::from(byte)
        } else {
            table[usize::from(byte) - 128]
        };
        if code == 0xFFFD {
            return Err(format!(
                "'charmap' codec can't decode byte 0x{byte:02x} in position {position}: character maps to <undefined>"
            ));
        }
        text.push(char::from_u32(u32::from(code)).unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    Ok(text)
}

/// `None` if there is no such encoding.
fn east_asian(bytes: &[u8], name: &str) -> Option<Result<String, String>> {
    let encoding = match name {
        "gb2312" | "gbk" => encoding_rs::GBK,
        "gb18030" => encoding_rs::GB18030,
        "big5" | "big5hkscs" | "cp950" => encoding_rs::BIG5,
        "euc_jp" | "euc_jis_2004" | "euc_jisx0213" => encoding_rs::EUC_JP,
        "shift_jis" | "cp932" | "shift_jis_2004" | "shift_jisx0213" => encoding_rs::SHIFT_JIS,
        "euc_kr" | "cp949" => encoding_rs::EUC_KR,
        "iso2022_jp" | "iso2022_jp_1" | "iso2022_jp_2" | "iso2022_jp_2004" | "iso2022_jp_3"
        | "iso2022_jp_ext" => encoding_rs::ISO_2022_JP,
        _ => return None,
    };
    if let Some(text) = encoding.decode_without_bom_handling_and_without_replacement(bytes) {
        return Some(Ok(text.into_owned()));
    }
    // The decoder does not say where it stopped: the longest prefix that it accepts does.
    let (mut good, mut bad) = (0, bytes.len());
    while good + 1 < bad {
        let middle = good + (bad - good) / 2;
        let mut decoder = encoding.new_decoder_without_bom_handling();
        let mut buffer = vec![
            0;
            decoder
                .max_utf8_buffer_length(middle)
                .unwrap_or(middle * 3 + 16)
        ];
        let (result, _, _) =
            decoder.decode_to_utf8_without_replacement(&bytes[..middle], &mut buffer, false);
        if matches!(result, encoding_rs::DecoderResult::Malformed(..)) {
            bad = middle;
        } else {
            good = middle;
        }
    }
    let position = good.saturating_sub(usize::from(good > 0 && bytes[good - 1] >= 0x80));
    Some(Err(format!(
        "'{name}' codec can't decode byte 0x{:02x} in position {position}: illegal multibyte sequence",
        bytes.get(position).copied().unwrap_or(0)
    )))
}
