//! Number literals: where they end. Their values are read by `number.rs` of the lowering.
//!
//! CPython 3.11: `tok_get`, `tok_decimal_tail`, `verify_end_of_number` in `Parser/tokenizer.c`.

use super::token::TokenKind;
use super::{Lexer, Stop};
use crate::error::{CompileWarning, WarningKind};

impl Lexer<'_> {
    /// A number that starts at `start`.
    pub(super) fn number(&mut self, start: usize) -> Result<(), Stop> {
        self.pos = start;
        if self.at(start) == b'0' {
            match self.at(start + 1) | 0x20 {
                b'x' => return self.radix_number(start, 16, "hexadecimal"),
                b'o' => return self.radix_number(start, 8, "octal"),
                b'b' => return self.radix_number(start, 2, "binary"),
                _ => {
                    if self.zero_number(start)? {
                        return Ok(());
                    }
                }
            }
        } else if self.at(start) != b'.' {
            self.decimal_tail()?;
        }
        self.fraction(start)
    }

    /// After the integer part.
    fn fraction(&mut self, start: usize) -> Result<(), Stop> {
        if self.at(self.pos) == b'.' {
            self.pos += 1;
            if self.at(self.pos).is_ascii_digit() {
                self.decimal_tail()?;
            }
        }
        if self.at(self.pos) | 0x20 == b'e' {
            let exponent = self.pos;
            self.pos += 1;
            if matches!(self.at(self.pos), b'+' | b'-') {
                self.pos += 1;
                if !self.at(self.pos).is_ascii_digit() {
                    return Err(self.syntax_error("invalid decimal literal".to_owned()));
                }
            } else if !self.at(self.pos).is_ascii_digit() {
                self.pos = exponent;
                self.verify_end(start, "decimal")?;
                return Ok(());
            }
            self.decimal_tail()?;
        }
        if self.at(self.pos) | 0x20 == b'j' {
            self.pos += 1;
            return self.verify_end(start, "imaginary");
        }
        self.verify_end(start, "decimal")
    }

    /// A number that starts with `0` and has no radix letter; says whether it ended there.
    fn zero_number(&mut self, start: usize) -> Result<bool, Stop> {
        loop {
            if self.at(self.pos) == b'_' {
                self.pos += 1;
                if !self.at(self.pos).is_ascii_digit() {
                    return Err(self.syntax_error("invalid decimal literal".to_owned()));
                }
            }
            if self.at(self.pos) != b'0' {
                break;
            }
            self.pos += 1;
        }
        let zeros_end = self.pos + 1;
        let nonzero = self.at(self.pos).is_ascii_digit();
        if nonzero {
            self.decimal_tail()?;
        }
        if matches!(self.at(self.pos), b'.' | b'e' | b'E' | b'j' | b'J') {
            return Ok(false);
        }
        if nonzero {
            let msg = "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers";
            let offset = (start + 1 - self.line_start) as i32;
            let end_offset = (zeros_end - self.line_start) as i32;
            return Err(self.syntax_error_range(msg.to_owned(), offset, end_offset));
        }
        self.verify_end(start, "decimal")?;
        Ok(true)
    }

    fn radix_number(&mut self, start: usize, radix: u8, kind: &str) -> Result<(), Stop> {
        self.pos = start + 2;
        let is_digit = |byte: u8| match radix {
            16 => byte.is_ascii_hexdigit(),
            8 => (b'0'..b'8').contains(&byte),
            _ => byte == b'0' || byte == b'1',
        };
        loop {
            if self.at(self.pos) == b'_' {
                self.pos += 1;
            }
            let byte = self.at(self.pos);
            if !is_digit(byte) {
                if byte.is_ascii_digit() {
                    return Err(self.invalid_digit(byte, kind));
                }
                return Err(self.syntax_error(format!("invalid {kind} literal")));
            }
            while is_digit(self.at(self.pos)) {
                self.pos += 1;
            }
            if self.at(self.pos) != b'_' {
                break;
            }
        }
        let byte = self.at(self.pos);
        if byte.is_ascii_digit() {
            return Err(self.invalid_digit(byte, kind));
        }
        self.verify_end(start, kind)
    }

    fn invalid_digit(&mut self, byte: u8, kind: &str) -> Stop {
        self.pos += 1;
        let shown = byte as char;
        self.syntax_error(format!("invalid digit '{shown}' in {kind} literal"))
    }

    /// Digits, with single underscores between them.
    fn decimal_tail(&mut self) -> Result<(), Stop> {
        loop {
            while self.at(self.pos).is_ascii_digit() {
                self.pos += 1;
            }
            if self.at(self.pos) != b'_' {
                return Ok(());
            }
            self.pos += 1;
            if !self.at(self.pos).is_ascii_digit() {
                return Err(self.syntax_error("invalid decimal literal".to_owned()));
            }
        }
    }

    /// A keyword may follow a number at once, with a warning; a name may not.
    fn verify_end(&mut self, start: usize, kind: &str) -> Result<(), Stop> {
        let rest = &self.bytes[self.pos.min(self.bytes.len())..];
        let is_word = |word: &[u8]| {
            rest.starts_with(word) && !rest.get(word.len()).is_some_and(|&byte| is_name_byte(byte))
        };
        let allowed = match self.at(self.pos) {
            b'a' => is_word(b"and"),
            b'e' => is_word(b"else"),
            b'f' => is_word(b"for"),
            b'i' => matches!(self.at(self.pos + 1), b'f' | b'n' | b's'),
            b'o' => is_word(b"or"),
            b'n' => is_word(b"not"),
            _ => false,
        };
        if allowed {
            self.lexed.warnings.push(CompileWarning {
                kind: WarningKind::Syntax,
                msg: format!("invalid {kind} literal"),
                lineno: self.line as i32,
                order: self.lexed.tokens.len() as u32,
                start: start as u32,
                in_literal: false,
                error: None,
            });
        } else if self.at(self.pos) < 0x80 && is_name_byte(self.at(self.pos)) {
            return Err(self.syntax_error(format!("invalid {kind} literal")));
        }
        self.push(TokenKind::Number, start, self.pos, self.line);
        Ok(())
    }
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}
