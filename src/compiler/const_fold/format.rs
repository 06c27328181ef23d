//! `"… %s …" % (a, b)` becomes an f-string when all its fields are simple.
//!
//! CPython 3.11: `optimize_format`, `simple_format_arg_parse` in `Python/ast_opt.c`.

use crate::ast::{Constant, Expr, ExprKind};
use crate::flowgraph::NO_LOCATION;
use bytecode::StrObj;
use std::rc::Rc;

/// Widths and precisions have fewer digits than this.
const MAXDIGITS: usize = 3;

/// A piece of the format.
pub enum Piece {
    /// Text between fields, `%%` already replaced.
    Literal(Rc<StrObj>),
    /// The next argument: its conversion and format spec.
    Field(u8, String),
}

/// The pieces of a format for `count` arguments, unless it is not simple enough.
pub fn parse(format: &[u8], count: usize) -> Option<Vec<Piece>> {
    let mut pieces = Vec::new();
    let mut rest = format;
    let mut fields = 0;
    loop {
        if let Some(literal) = parse_literal(&mut rest) {
            pieces.push(Piece::Literal(literal));
        }
        let Some((b'%', field)) = rest.split_first() else {
            break;
        };
        if fields >= count {
            return None;
        }
        rest = field;
        pieces.push(parse_field(&mut rest)?);
        fields += 1;
    }
    (fields == count).then_some(pieces)
}

fn parse_literal(rest: &mut &[u8]) -> Option<Rc<StrObj>> {
    let mut literal = Vec::new();
    let mut has_percents = false;
    while let [first, tail @ ..] = rest {
        if *first != b'%' {
            literal.push(*first);
            *rest = tail;
        } else if let [b'%', tail @ ..] = tail {
            literal.push(b'%');
            has_percents = true;
            *rest = tail;
        } else {
            break;
        }
    }
    // Where `%%` was replaced, CPython has made a new object even of a single character.
    Some(match literal.len() {
        0 => return None,
        1 if has_percents => StrObj::new_unshared(literal),
        _ => StrObj::new(literal),
    })
}

fn next(rest: &mut &[u8]) -> Option<u8> {
    let (first, tail) = rest.split_first()?;
    *rest = tail;
    Some(*first)
}

/// Digits from `c` on; gives the number and the character behind.
fn parse_digits(rest: &mut &[u8], mut c: u8) -> Option<(u32, u8)> {
    let mut number = 0;
    let mut digits = 0;
    while c.is_ascii_digit() {
        number = number * 10 + u32::from(c - b'0');
        c = next(rest)?;
        digits += 1;
        if digits >= MAXDIGITS {
            return None;
        }
    }
    Some((number, c))
}

fn parse_field(rest: &mut &[u8]) -> Option<Piece> {
    let mut left = false;
    let mut c = loop {
        match next(rest)? {
            b'-' => left = true,
            b'+' | b' ' | b'#' | b'0' | b'z' => {}
            other => break other,
        }
    };
    let mut width = None;
    if c.is_ascii_digit() {
        let (number, behind) = parse_digits(rest, c)?;
        width = Some(number);
        c = behind;
    }
    let mut precision = None;
    if c == b'.' {
        c = next(rest)?;
        let (number, behind) = parse_digits(rest, c)?;
        precision = Some(number);
        c = behind;
    }
    if !matches!(c, b's' | b'r' | b'a') {
        return None;
    }
    let mut spec = String::new();
    if let Some(width) = width {
        if !left && width > 0 {
            spec.push('>');
        }
        spec.push_str(&width.to_string());
    }
    if let Some(precision) = precision {
        spec.push_str(&format!(".{precision}"));
    }
    Some(Piece::Field(c, spec))
}

fn text(text: Rc<StrObj>) -> Expr {
    Expr {
        span: NO_LOCATION,
        kind: ExprKind::Constant {
            value: Constant::Str(text),
            kind: None,
        },
    }
}

/// The values of the f-string.
pub fn build(pieces: Vec<Piece>, args: Vec<Expr>) -> Vec<Expr> {
    let mut args = args.into_iter();
    pieces
        .into_iter()
        .filter_map(|piece| match piece {
            Piece::Literal(literal) => Some(text(literal)),
            Piece::Field(conversion, spec) => {
                let arg = args.next()?;
                Some(Expr {
                    span: arg.span,
                    kind: ExprKind::FormattedValue {
                        value: Box::new(arg),
                        conversion: i32::from(conversion),
                        format_spec: (!spec.is_empty())
                            .then(|| Box::new(text(StrObj::new(spec.into_bytes())))),
                    },
                })
            }
        })
        .collect()
}
