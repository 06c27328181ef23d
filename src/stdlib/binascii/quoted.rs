//! Quoted-printable (RFC 1521), and the Q encoding of headers (RFC 1522).
//!
//! CPython 3.11: `binascii_a2b_qp_impl`, `binascii_b2a_qp_impl` in `Modules/binascii.c`.

const LINE_MAX: usize = 76;

/// Decodes; in headers an underscore is a space.
pub fn decode(data: &[u8], header: bool) -> Vec<u8> {
    let digit = |at: usize| data.get(at).and_then(|&byte| char::from(byte).to_digit(16));
    let mut out = Vec::with_capacity(data.len());
    let mut at = 0;
    while at < data.len() {
        match data[at] {
            b'=' => {
                at += 1;
                match data.get(at) {
                    None => break,
                    // A soft line break: everything up to the end of the line goes.
                    Some(b'\n' | b'\r') => {
                        if data[at] != b'\n' {
                            while at < data.len() && data[at] != b'\n' {
                                at += 1;
                            }
                        }
                        at += usize::from(at < data.len());
                    }
                    Some(b'=') => {
                        out.push(b'=');
                        at += 1;
                    }
                    Some(_) => match (digit(at), digit(at + 1)) {
                        (Some(high), Some(low)) => {
                            out.push((high << 4 | low) as u8);
                            at += 2;
                        }
                        _ => out.push(b'='),
                    },
                }
            }
            b'_' if header => {
                out.push(b' ');
                at += 1;
            }
            byte => {
                out.push(byte);
                at += 1;
            }
        }
    }
    out
}

/// Encodes, with soft line breaks.
pub fn encode(data: &[u8], quote_tabs: bool, is_text: bool, header: bool) -> Vec<u8> {
    let first_newline = memchr::memchr(b'\n', data);
    let crlf = first_newline.is_some_and(|at| at > 0 && data[at - 1] == b'\r');
    let mut out = Vec::with_capacity(data.len() * 2);
    let (mut at, mut column) = (0, 0);
    let newline = |out: &mut Vec<u8>| {
        if crlf {
            out.push(b'\r');
        }
        out.push(b'\n');
    };
    while at < data.len() {
        let byte = data[at];
        let next = data.get(at + 1).copied();
        let last_of_line = next.is_none()
            || next == Some(b'\n')
            || next == Some(b'\r') && data.get(at + 2) == Some(&b'\n');
        let dot_alone =
            byte == b'.' && column == 0 && matches!(next, None | Some(b'\n' | b'\r' | 0));
        let quoted = byte > 126
            || byte == b'='
            || (header && byte == b'_')
            || dot_alone
            || (!is_text && (byte == b'\r' || byte == b'\n'))
            || (matches!(byte, b'\t' | b' ')
                && (next.is_none() || is_text && last_of_line && !(header && byte == b' ')))
            || (byte < 33 && !matches!(byte, b'\r' | b'\n' | b'\t' | b' '))
            || (byte < 33 && byte != b'\r' && byte != b'\n' && quote_tabs);
        if quoted {
            if column + 3 >= LINE_MAX {
                out.push(b'=');
                newline(&mut out);
                column = 0;
            }
            out.extend(format!("={byte:02X}").bytes());
            column += 3;
            at += 1;
            continue;
        }
        let breaks = byte == b'\n' || byte == b'\r' && next == Some(b'\n');
        if is_text && breaks {
            newline(&mut out);
            column = 0;
            at += if byte == b'\r' { 2 } else { 1 };
            continue;
        }
        if next.is_some() && next != Some(b'\n') && column + 1 >= LINE_MAX {
            out.push(b'=');
            newline(&mut out);
            column = 0;
        }
        out.push(if header && byte == b' ' { b'_' } else { byte });
        column += 1;
        at += 1;
    }
    out
}
