//! Operators and brackets.
//!
//! CPython 3.11: `PyToken_OneChar`, `PyToken_TwoChars`, `PyToken_ThreeChars` in `Parser/token.c`.

use super::token::TokenKind;
use super::{BRACKET_DEPTH_MAX, Bracket, Lexer, Stop};

fn one_char(byte: u8) -> TokenKind {
    match byte {
        b'%' => TokenKind::Percent,
        b'&' => TokenKind::Amper,
        b'(' => TokenKind::Lpar,
        b')' => TokenKind::Rpar,
        b'*' => TokenKind::Star,
        b'+' => TokenKind::Plus,
        b',' => TokenKind::Comma,
        b'-' => TokenKind::Minus,
        b'.' => TokenKind::Dot,
        b'/' => TokenKind::Slash,
        b':' => TokenKind::Colon,
        b';' => TokenKind::Semi,
        b'<' => TokenKind::Less,
        b'=' => TokenKind::Equal,
        b'>' => TokenKind::Greater,
        b'@' => TokenKind::At,
        b'[' => TokenKind::Lsqb,
        b']' => TokenKind::Rsqb,
        b'^' => TokenKind::Circumflex,
        b'{' => TokenKind::Lbrace,
        b'|' => TokenKind::Vbar,
        b'}' => TokenKind::Rbrace,
        b'~' => TokenKind::Tilde,
        _ => TokenKind::Op,
    }
}

fn two_chars(first: u8, second: u8) -> Option<TokenKind> {
    let kind = match (first, second) {
        (b'!', b'=') | (b'<', b'>') => TokenKind::NotEqual,
        (b'%', b'=') => TokenKind::PercentEqual,
        (b'&', b'=') => TokenKind::AmperEqual,
        (b'*', b'*') => TokenKind::DoubleStar,
        (b'*', b'=') => TokenKind::StarEqual,
        (b'+', b'=') => TokenKind::PlusEqual,
        (b'-', b'=') => TokenKind::MinusEqual,
        (b'-', b'>') => TokenKind::Rarrow,
        (b'/', b'/') => TokenKind::DoubleSlash,
        (b'/', b'=') => TokenKind::SlashEqual,
        (b':', b'=') => TokenKind::ColonEqual,
        (b'<', b'<') => TokenKind::LeftShift,
        (b'<', b'=') => TokenKind::LessEqual,
        (b'=', b'=') => TokenKind::EqEqual,
        (b'>', b'=') => TokenKind::GreaterEqual,
        (b'>', b'>') => TokenKind::RightShift,
        (b'@', b'=') => TokenKind::AtEqual,
        (b'^', b'=') => TokenKind::CircumflexEqual,
        (b'|', b'=') => TokenKind::VbarEqual,
        _ => return None,
    };
    Some(kind)
}

fn three_chars(first: u8, second: u8, third: u8) -> Option<TokenKind> {
    let kind = match (first, second, third) {
        (b'*', b'*', b'=') => TokenKind::DoubleStarEqual,
        (b'.', b'.', b'.') => TokenKind::Ellipsis,
        (b'/', b'/', b'=') => TokenKind::DoubleSlashEqual,
        (b'<', b'<', b'=') => TokenKind::LeftShiftEqual,
        (b'>', b'>', b'=') => TokenKind::RightShiftEqual,
        _ => return None,
    };
    Some(kind)
}

impl Lexer<'_> {
    /// An operator, a bracket, or a character that has no meaning.
    pub(super) fn operator(&mut self, start: usize) -> Result<(), Stop> {
        let byte = self.at(start);
        let second = self.at(start + 1);
        // Most operators are followed by none of the characters that can come second.
        if matches!(second, b'=' | b'*' | b'.' | b'/' | b'<' | b'>') {
            if let Some(kind) = three_chars(byte, second, self.at(start + 2)) {
                self.pos = start + 3;
                self.push(kind, start, start + 3, self.line);
                return Ok(());
            }
            if let Some(kind) = two_chars(byte, second) {
                self.pos = start + 2;
                self.push(kind, start, start + 2, self.line);
                return Ok(());
            }
        }
        self.pos = start + 1;
        match byte {
            b'(' | b'[' | b'{' => self.open(byte, start),
            b')' | b']' | b'}' => self.close(byte, start),
            b' '..=b'~' => {
                match byte {
                    b',' => self.reset_run_at_comma(),
                    b';' => self.reset_run(),
                    _ => {}
                }
                self.push(one_char(byte), start, start + 1, self.line);
                Ok(())
            }
            _ => Err(self.syntax_error(format!("invalid non-printable character U+{byte:04X}"))),
        }
    }

    fn open(&mut self, byte: u8, start: usize) -> Result<(), Stop> {
        if self.brackets.len() >= BRACKET_DEPTH_MAX {
            return Err(self.syntax_error("too many nested parentheses".to_owned()));
        }
        self.brackets.push(Bracket {
            open: byte,
            line: self.line,
            start: start as u32,
            token: self.lexed.tokens.len() as u32,
        });
        self.runs.push((0, false));
        self.push(one_char(byte), start, start + 1, self.line);
        Ok(())
    }

    fn close(&mut self, byte: u8, start: usize) -> Result<(), Stop> {
        let floor = usize::from(self.inside_fstring);
        if self.brackets.len() <= floor {
            let shown = byte as char;
            return Err(self.syntax_error(format!("unmatched '{shown}'")));
        }
        let Some(bracket) = self.brackets.pop() else {
            return Ok(());
        };
        let expected = match bracket.open {
            b'(' => b')',
            b'[' => b']',
            _ => b'}',
        };
        if byte != expected {
            let (shown, open) = (byte as char, bracket.open as char);
            let mut msg = format!(
                "closing parenthesis '{shown}' does not match opening parenthesis '{open}'"
            );
            if bracket.line != self.line {
                msg.push_str(&format!(" on line {}", bracket.line));
            }
            return Err(self.syntax_error(msg));
        }
        self.run_total -= self.runs.pop().map_or(0, |run| run.0);
        let index = self.lexed.tokens.len();
        self.push(one_char(byte), start, start + 1, self.line);
        self.lexed.tokens[index].partner = bracket.token;
        self.lexed.tokens[bracket.token as usize].partner = index as u32;
        Ok(())
    }
}

impl TokenKind {
    /// The operator that `text` is; `Op` if it is none.
    pub fn operator(text: &[u8]) -> TokenKind {
        match *text {
            [first] => one_char(first),
            [first, second] => two_chars(first, second).unwrap_or(TokenKind::Op),
            [first, second, third] => three_chars(first, second, third).unwrap_or(TokenKind::Op),
            _ => TokenKind::Op,
        }
    }
}
