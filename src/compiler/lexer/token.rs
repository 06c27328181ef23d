//! Tokens: their kinds, their place in the source, and their form for the parser crate.
//!
//! A token knows where it stands in bytes and lines; everything else (its text, its value) is read from the source when needed, so a token
//! is 28 bytes and costs no allocation.
//!
//! CPython 3.11: `Grammar/Tokens`, `Include/internal/pycore_token.h`.

use rustpython_parser::{StringKind, Tok};

/// What a token is. Keywords are kinds of their own; soft keywords are `Name`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
#[expect(
    missing_docs,
    reason = "the names are those of Grammar/Tokens and of the keywords"
)]
pub enum TokenKind {
    EndMarker,
    Name,
    Number,
    String,
    Newline,
    Indent,
    Dedent,
    Lpar,
    Rpar,
    Lsqb,
    Rsqb,
    Colon,
    Comma,
    Semi,
    Plus,
    Minus,
    Star,
    Slash,
    Vbar,
    Amper,
    Less,
    Greater,
    Equal,
    Dot,
    Percent,
    Lbrace,
    Rbrace,
    EqEqual,
    NotEqual,
    LessEqual,
    GreaterEqual,
    Tilde,
    Circumflex,
    LeftShift,
    RightShift,
    DoubleStar,
    PlusEqual,
    MinusEqual,
    StarEqual,
    SlashEqual,
    PercentEqual,
    AmperEqual,
    VbarEqual,
    CircumflexEqual,
    LeftShiftEqual,
    RightShiftEqual,
    DoubleStarEqual,
    DoubleSlash,
    DoubleSlashEqual,
    At,
    AtEqual,
    Rarrow,
    Ellipsis,
    ColonEqual,
    /// A character that is no operator: `$`, `?`, `!`.
    Op,
    TypeComment,
    Error,
    False,
    None,
    True,
    And,
    As,
    Assert,
    Async,
    Await,
    Break,
    Class,
    Continue,
    Def,
    Del,
    Elif,
    Else,
    Except,
    Finally,
    For,
    From,
    Global,
    If,
    Import,
    In,
    Is,
    Lambda,
    Nonlocal,
    Not,
    Or,
    Pass,
    Raise,
    Return,
    Try,
    While,
    With,
    Yield,
}

impl TokenKind {
    /// The keyword that `text` is, if it is one.
    pub fn keyword(text: &[u8]) -> Option<TokenKind> {
        use TokenKind::*;
        let kind = match text {
            b"if" => If,
            b"in" => In,
            b"is" => Is,
            b"as" => As,
            b"or" => Or,
            b"def" => Def,
            b"for" => For,
            b"not" => Not,
            b"and" => And,
            b"try" => Try,
            b"del" => Del,
            b"None" => None,
            b"True" => True,
            b"else" => Else,
            b"elif" => Elif,
            b"from" => From,
            b"pass" => Pass,
            b"with" => With,
            b"False" => False,
            b"class" => Class,
            b"raise" => Raise,
            b"while" => While,
            b"yield" => Yield,
            b"break" => Break,
            b"async" => Async,
            b"await" => Await,
            b"return" => Return,
            b"import" => Import,
            b"except" => Except,
            b"lambda" => Lambda,
            b"assert" => Assert,
            b"global" => Global,
            b"finally" => Finally,
            b"continue" => Continue,
            b"nonlocal" => Nonlocal,
            _ => return Option::None,
        };
        Some(kind)
    }
}

/// A token.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// How many brackets were open after it.
    pub level: u8,
    /// Offset of the first byte.
    pub start: u32,
    /// Offset after the last byte.
    pub end: u32,
    /// Line of the first byte, from 1.
    pub line: u32,
    /// Line of the last byte, from 1.
    pub end_line: u32,
    /// For a bracket: the index of its partner. For a NEWLINE: `INSERTED`, if the source does not have it.
    pub partner: u32,
}

impl Token {
    /// Marks a NEWLINE that stands for the end of the source.
    pub const INSERTED: u32 = u32::MAX;
}

/// Six bits of an index per character, in a range without `.` and `*`.
const DIGIT_BASE: u8 = b'0';

/// The name under which the parser crate gets to know the identifier in token `index`.
///
/// The crate would have to copy the text; the index finds it again, says where it stands, and is different for every token, so that the
/// crate cannot see duplicate parameters (which are a matter of the symbol table).
pub fn encode_index(index: usize) -> String {
    let mut text = String::with_capacity(4);
    let mut rest = index;
    loop {
        text.push((DIGIT_BASE + (rest & 63) as u8) as char);
        rest >>= 6;
        if rest == 0 {
            // The crate takes the name "_" for a wildcard; another zero digit changes no value.
            if text == "_" {
                text.push(DIGIT_BASE as char);
            }
            return text;
        }
    }
}

/// The token index in a name made by `encode_index`.
pub fn decode_index(text: &str) -> usize {
    text.bytes().rev().fold(0, |index, digit| {
        (index << 6) | usize::from(digit.wrapping_sub(DIGIT_BASE) & 63)
    })
}

/// The parser crate's token for the token `kind` at `index`. Soft keywords are decided by the caller.
pub fn crate_token(kind: TokenKind, index: usize) -> Tok {
    match kind {
        TokenKind::EndMarker | TokenKind::Op | TokenKind::Error | TokenKind::TypeComment => {
            Tok::EndOfFile
        }
        TokenKind::Name => Tok::Name {
            name: encode_index(index),
        },
        TokenKind::Number => Tok::Float { value: 0.0 },
        TokenKind::String => Tok::String {
            value: String::new(),
            kind: StringKind::String,
            triple_quoted: false,
        },
        TokenKind::Newline => Tok::Newline,
        TokenKind::Indent => Tok::Indent,
        TokenKind::Dedent => Tok::Dedent,
        TokenKind::Lpar => Tok::Lpar,
        TokenKind::Rpar => Tok::Rpar,
        TokenKind::Lsqb => Tok::Lsqb,
        TokenKind::Rsqb => Tok::Rsqb,
        TokenKind::Colon => Tok::Colon,
        TokenKind::Comma => Tok::Comma,
        TokenKind::Semi => Tok::Semi,
        TokenKind::Plus => Tok::Plus,
        TokenKind::Minus => Tok::Minus,
        TokenKind::Star => Tok::Star,
        TokenKind::Slash => Tok::Slash,
        TokenKind::Vbar => Tok::Vbar,
        TokenKind::Amper => Tok::Amper,
        TokenKind::Less => Tok::Less,
        TokenKind::Greater => Tok::Greater,
        TokenKind::Equal => Tok::Equal,
        TokenKind::Dot => Tok::Dot,
        TokenKind::Percent => Tok::Percent,
        TokenKind::Lbrace => Tok::Lbrace,
        TokenKind::Rbrace => Tok::Rbrace,
        TokenKind::EqEqual => Tok::EqEqual,
        TokenKind::NotEqual => Tok::NotEqual,
        TokenKind::LessEqual => Tok::LessEqual,
        TokenKind::GreaterEqual => Tok::GreaterEqual,
        TokenKind::Tilde => Tok::Tilde,
        TokenKind::Circumflex => Tok::CircumFlex,
        TokenKind::LeftShift => Tok::LeftShift,
        TokenKind::RightShift => Tok::RightShift,
        TokenKind::DoubleStar => Tok::DoubleStar,
        TokenKind::PlusEqual => Tok::PlusEqual,
        TokenKind::MinusEqual => Tok::MinusEqual,
        TokenKind::StarEqual => Tok::StarEqual,
        TokenKind::SlashEqual => Tok::SlashEqual,
        TokenKind::PercentEqual => Tok::PercentEqual,
        TokenKind::AmperEqual => Tok::AmperEqual,
        TokenKind::VbarEqual => Tok::VbarEqual,
        TokenKind::CircumflexEqual => Tok::CircumflexEqual,
        TokenKind::LeftShiftEqual => Tok::LeftShiftEqual,
        TokenKind::RightShiftEqual => Tok::RightShiftEqual,
        TokenKind::DoubleStarEqual => Tok::DoubleStarEqual,
        TokenKind::DoubleSlash => Tok::DoubleSlash,
        TokenKind::DoubleSlashEqual => Tok::DoubleSlashEqual,
        TokenKind::At => Tok::At,
        TokenKind::AtEqual => Tok::AtEqual,
        TokenKind::Rarrow => Tok::Rarrow,
        TokenKind::Ellipsis => Tok::Ellipsis,
        TokenKind::ColonEqual => Tok::ColonEqual,
        TokenKind::False => Tok::False,
        TokenKind::None => Tok::None,
        TokenKind::True => Tok::True,
        TokenKind::And => Tok::And,
        TokenKind::As => Tok::As,
        TokenKind::Assert => Tok::Assert,
        TokenKind::Async => Tok::Async,
        TokenKind::Await => Tok::Await,
        TokenKind::Break => Tok::Break,
        TokenKind::Class => Tok::Class,
        TokenKind::Continue => Tok::Continue,
        TokenKind::Def => Tok::Def,
        TokenKind::Del => Tok::Del,
        TokenKind::Elif => Tok::Elif,
        TokenKind::Else => Tok::Else,
        TokenKind::Except => Tok::Except,
        TokenKind::Finally => Tok::Finally,
        TokenKind::For => Tok::For,
        TokenKind::From => Tok::From,
        TokenKind::Global => Tok::Global,
        TokenKind::If => Tok::If,
        TokenKind::Import => Tok::Import,
        TokenKind::In => Tok::In,
        TokenKind::Is => Tok::Is,
        TokenKind::Lambda => Tok::Lambda,
        TokenKind::Nonlocal => Tok::Nonlocal,
        TokenKind::Not => Tok::Not,
        TokenKind::Or => Tok::Or,
        TokenKind::Pass => Tok::Pass,
        TokenKind::Raise => Tok::Raise,
        TokenKind::Return => Tok::Return,
        TokenKind::Try => Tok::Try,
        TokenKind::While => Tok::While,
        TokenKind::With => Tok::With,
        TokenKind::Yield => Tok::Yield,
    }
}
