//! From the text to the tree.
//!
//! CPython 3.11: `Lib/re/_parser.py`. Whatever it answers with an error or a warning, and what is rare, ends with `None`.

use super::tree::{Group, Item, Member, Parsed, Seq, Width, width};
use super::{ASCII, DOTALL, IGNORECASE, KNOWN, MULTILINE, UNICODE, VERBOSE};
use crate::re::program::{MAXREPEAT, Mode};

/// Parentheses within parentheses; CPython's recursion has its limit somewhere above.
const NESTING_MAX: u32 = 50;
/// Groups of one pattern; far below CPython's `MAXGROUPS`.
const GROUPS_MAX: usize = 10_000;
/// The flags of which a pattern has one.
const TYPE_FLAGS: u32 = ASCII | UNICODE | 4;

/// A character, or a backslash with the character behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token {
    Plain(u32),
    Escape(u32),
}

/// `Token::Plain` of an ASCII character.
const fn plain(c: u8) -> Option<Token> {
    Some(Token::Plain(c as u32))
}

struct Parser<'a> {
    units: &'a [u32],
    /// Where the next token stands.
    at: usize,
    is_bytes: bool,
    flags: u32,
    widths: Vec<Option<Width>>,
    names: Vec<(String, u32)>,
    /// The number of groups before the lookbehind that is read.
    lookbehind: Option<usize>,
    /// The highest number that a conditional asks for.
    highest_condition: usize,
}

/// Parses a pattern.
pub fn parse(units: &[u32], is_bytes: bool, flags: u32) -> Option<Parsed> {
    let mut parser = Parser {
        units,
        at: 0,
        is_bytes,
        flags,
        widths: vec![None],
        names: Vec::new(),
        lookbehind: None,
        highest_condition: 0,
    };
    let seq = parser.alternatives(flags & VERBOSE != 0, 0)?;
    if parser.at != units.len() || parser.highest_condition >= parser.widths.len() {
        return None;
    }
    let flags = match (is_bytes, parser.flags & ASCII != 0, parser.flags & UNICODE != 0) {
        (true, _, true) | (false, true, true) => return None,
        (false, false, _) => parser.flags | UNICODE,
        _ => parser.flags,
    };
    Some(Parsed {
        seq,
        flags,
        widths: parser.widths,
        names: parser.names,
    })
}

fn digit(c: u32, radix: u32) -> Option<u32> {
    char::from_u32(c)?.to_digit(radix)
}

fn is_ascii_letter(c: u32) -> bool {
    u8::try_from(c).is_ok_and(|c| c.is_ascii_alphabetic())
}

/// The character that an escape stands for everywhere.
fn plain_escape(c: u32) -> Option<u32> {
    Some(match u8::try_from(c).ok()? {
        b'a' => 7,
        b'f' => 12,
        b'n' => 10,
        b'r' => 13,
        b't' => 9,
        b'v' => 11,
        b'\\' => 92,
        _ => return None,
    })
}

/// The number of the category that an escape stands for.
fn category(c: u32) -> Option<u32> {
    Some(match u8::try_from(c).ok()? {
        b'd' => 0,
        b'D' => 1,
        b's' => 2,
        b'S' => 3,
        b'w' => 4,
        b'W' => 5,
        _ => return None,
    })
}

/// The number of the position that an escape stands for.
fn position(c: u32) -> Option<u32> {
    Some(match u8::try_from(c).ok()? {
        b'A' => 2,
        b'b' => 3,
        b'B' => 4,
        b'Z' => 7,
        _ => return None,
    })
}

/// Adds a member unless it is there.
fn add(members: &mut Vec<Member>, member: Member) {
    if !members.contains(&member) {
        members.push(member);
    }
}

impl Parser<'_> {
    /// The next token; an outer `None` is a backslash at the end.
    fn peek(&self) -> Option<Option<Token>> {
        match self.units.get(self.at) {
            None => Some(None),
            Some(92) => self
                .units
                .get(self.at + 1)
                .map(|&c| Some(Token::Escape(c))),
            Some(&c) => Some(Some(Token::Plain(c))),
        }
    }

    fn get(&mut self) -> Option<Option<Token>> {
        let token = self.peek()?;
        self.at += match token {
            None => 0,
            Some(Token::Plain(_)) => 1,
            Some(Token::Escape(_)) => 2,
        };
        Some(token)
    }

    /// The next token, which must be a character by itself.
    fn get_plain(&mut self) -> Option<u32> {
        match self.get()? {
            Some(Token::Plain(c)) => Some(c),
            _ => None,
        }
    }

    fn skip(&mut self, c: u8) -> bool {
        let is_next = self.units.get(self.at) == Some(&u32::from(c));
        self.at += usize::from(is_next);
        is_next
    }

    /// The value of as many digits as there are, up to a number of them; and how many there were.
    fn digits(&mut self, radix: u32, most: usize) -> Option<(u64, usize)> {
        let (mut value, mut count) = (0u64, 0);
        while count < most
            && let Some(next) = self.units.get(self.at).and_then(|&c| digit(c, radix))
        {
            value = value.checked_mul(u64::from(radix))?.checked_add(u64::from(next))?;
            self.at += 1;
            count += 1;
        }
        Some((value, count))
    }

    /// A name up to a terminator: an ASCII identifier.
    fn name(&mut self, terminator: u8) -> Option<String> {
        let mut name = String::new();
        while !self.skip(terminator) {
            let c = u8::try_from(self.get_plain()?).ok()?;
            if !(c == b'_' || c.is_ascii_alphabetic() || c.is_ascii_digit() && !name.is_empty()) {
                return None;
            }
            name.push(char::from(c));
        }
        (!name.is_empty()).then_some(name)
    }

    fn number_of(&self, name: &str) -> Option<u32> {
        self.names
            .iter()
            .find(|(known, _)| known == name)
            .map(|&(_, number)| number)
    }

    /// Whether a group may be referred to here.
    fn may_refer(&self, number: usize) -> bool {
        self.widths.get(number).is_some_and(Option::is_some)
            && self.lookbehind.is_none_or(|groups| number < groups)
    }

    /// The characters by number behind `\x`, `\u` and `\U`, `\0`, the same in sets and outside.
    fn numbered_escape(&mut self, c: u32) -> Option<Option<u32>> {
        let wanted = match u8::try_from(c) {
            Ok(b'x') => 2,
            Ok(b'u') if !self.is_bytes => 4,
            Ok(b'U') if !self.is_bytes => 8,
            _ => return Some(None),
        };
        let (value, count) = self.digits(16, wanted)?;
        if count != wanted || value > 0x10_ffff {
            return None;
        }
        Some(Some(value as u32))
    }

    /// What an escape in a set stands for.
    fn set_escape(&mut self, c: u32) -> Option<Member> {
        if let Some(c) = plain_escape(c) {
            return Some(Member::Literal(c));
        }
        if c == u32::from(b'b') {
            return Some(Member::Literal(8));
        }
        if let Some(category) = category(c) {
            return Some(Member::Category(category));
        }
        if let Some(c) = self.numbered_escape(c)? {
            return Some(Member::Literal(c));
        }
        if digit(c, 8).is_some() {
            self.at -= 1;
            let (value, _) = self.digits(8, 3)?;
            return (value <= 0o377).then_some(Member::Literal(value as u32));
        }
        if digit(c, 10).is_some() || is_ascii_letter(c) {
            return None;
        }
        Some(Member::Literal(c))
    }

    /// What an escape outside of sets stands for.
    fn escape(&mut self, c: u32) -> Option<Item> {
        if let Some(category) = category(c) {
            return Some(Item::In(vec![Member::Category(category)]));
        }
        if let Some(position) = position(c) {
            return Some(Item::At(position));
        }
        if let Some(c) = plain_escape(c) {
            return Some(Item::Literal(c));
        }
        if let Some(c) = self.numbered_escape(c)? {
            return Some(Item::Literal(c));
        }
        if c == u32::from(b'0') {
            self.at -= 1;
            let (value, _) = self.digits(8, 3)?;
            return Some(Item::Literal(value as u32));
        }
        if digit(c, 10).is_some() {
            return self.octal_or_group(c);
        }
        if is_ascii_letter(c) {
            return None;
        }
        Some(Item::Literal(c))
    }

    /// Three octal digits are a character, one or two decimal digits a group.
    fn octal_or_group(&mut self, first: u32) -> Option<Item> {
        let start = self.at - 1;
        if digit(first, 8).is_some() {
            self.at = start;
            let (value, count) = self.digits(8, 3)?;
            if count == 3 {
                return (value <= 0o377).then_some(Item::Literal(value as u32));
            }
        }
        self.at = start;
        let (number, _) = self.digits(10, 2)?;
        self.may_refer(number as usize)
            .then_some(Item::GroupRef(number as u32))
    }

    /// `a|b|c`
    fn alternatives(&mut self, mut verbose: bool, nested: u32) -> Option<Seq> {
        if nested > NESTING_MAX {
            return None;
        }
        let mut arms = Vec::new();
        loop {
            let is_first = nested == 0 && arms.is_empty();
            arms.push(self.sequence(verbose, nested, is_first)?);
            if !self.skip(b'|') {
                break;
            }
            if nested == 0 {
                verbose = self.flags & VERBOSE != 0;
            }
        }
        if arms.len() == 1 {
            return arms.pop();
        }
        let mut seq = Seq::new();
        // What all begin with stands before the branch.
        let common = (0..)
            .take_while(|&at| {
                let first = arms[0].get(at);
                first.is_some_and(|first| {
                    arms[1..]
                        .iter()
                        .all(|arm| arm.get(at).is_some_and(|item| item.is_same(first)))
                })
            })
            .count();
        for (number, arm) in arms.iter_mut().enumerate() {
            let begin = arm.drain(..common);
            if number == 0 {
                seq.extend(begin);
            }
        }
        seq.push(one_set(&arms).map_or_else(|| Item::Branch(arms), Item::In));
        Some(seq)
    }

    fn sequence(&mut self, mut verbose: bool, nested: u32, is_first: bool) -> Option<Seq> {
        let mut seq = Seq::new();
        loop {
            let token = self.peek()?;
            if token.is_none() || token == plain(b'|') || token == plain(b')') {
                break;
            }
            self.get()?;
            let c = match token? {
                Token::Escape(c) => {
                    let item = self.escape(c)?;
                    seq.push(item);
                    continue;
                }
                Token::Plain(c) => c,
            };
            let Ok(byte) = u8::try_from(c) else {
                seq.push(Item::Literal(c));
                continue;
            };
            if verbose && matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 11 | 12) {
                continue;
            }
            match byte {
                b'#' if verbose => self.skip_comment_line()?,
                b'[' => {
                    let item = self.set()?;
                    seq.push(item);
                }
                b'?' | b'*' | b'+' | b'{' => self.repetition(byte, &mut seq)?,
                b'.' => seq.push(Item::Any),
                b'(' => self.parenthesis(&mut seq, &mut verbose, nested, is_first)?,
                b'^' => seq.push(Item::At(0)),
                b'$' => seq.push(Item::At(5)),
                _ => seq.push(Item::Literal(c)),
            }
        }
        Some(unpacked(seq))
    }

    fn skip_comment_line(&mut self) -> Option<()> {
        loop {
            let token = self.get()?;
            if token.is_none() || token == plain(b'\n') {
                return Some(());
            }
        }
    }

    /// A set in brackets; the opening one was read.
    fn set(&mut self) -> Option<Item> {
        if self.peek()? == plain(b'[') {
            return None;
        }
        let negate = self.skip(b'^');
        let mut members = Vec::new();
        loop {
            let token = self.get()??;
            if token == Token::Plain(u32::from(b']')) && !members.is_empty() {
                break;
            }
            let low = self.member(token, !members.is_empty())?;
            if !self.skip(b'-') {
                add(&mut members, low);
                continue;
            }
            let token = self.get()??;
            if token == Token::Plain(u32::from(b']')) {
                add(&mut members, low);
                add(&mut members, Member::Literal(u32::from(b'-')));
                break;
            }
            // CPython warns of `a--b`.
            if token == Token::Plain(u32::from(b'-')) {
                return None;
            }
            match (low, self.member(token, false)?) {
                (Member::Literal(low), Member::Literal(high)) if low <= high => {
                    add(&mut members, Member::Range(low, high));
                }
                _ => return None,
            }
        }
        Some(match (negate, members.as_slice()) {
            (false, [Member::Literal(c)]) => Item::Literal(*c),
            (true, [Member::Literal(c)]) => Item::NotLiteral(*c),
            (false, _) => Item::In(members),
            (true, _) => {
                members.insert(0, Member::Negate);
                Item::In(members)
            }
        })
    }

    /// A member of a set. Doubled operators, of which CPython warns behind the first member, are not understood.
    fn member(&mut self, token: Token, warns: bool) -> Option<Member> {
        match token {
            Token::Escape(c) => self.set_escape(c),
            Token::Plain(c) => {
                let is_operator = matches!(u8::try_from(c), Ok(b'-' | b'&' | b'~' | b'|'));
                if warns && is_operator && self.peek()? == Some(token) {
                    return None;
                }
                Some(Member::Literal(c))
            }
        }
    }

    /// Repeats the last item.
    fn repetition(&mut self, operator: u8, seq: &mut Seq) -> Option<()> {
        let (min, max) = match operator {
            b'?' => (0, 1),
            b'*' => (0, MAXREPEAT),
            b'+' => (1, MAXREPEAT),
            _ => match self.bounds()? {
                Some(bounds) => bounds,
                None => {
                    seq.push(Item::Literal(u32::from(operator)));
                    return Some(());
                }
            },
        };
        let body = match seq.pop()? {
            Item::At(_) | Item::Repeat(..) => return None,
            Item::Group(Group {
                number: None,
                added: 0,
                removed: 0,
                body,
            }) => body,
            item => vec![item],
        };
        let mode = if self.skip(b'?') {
            Mode::Lazy
        } else if self.skip(b'+') {
            Mode::Possessive
        } else {
            Mode::Greedy
        };
        seq.push(Item::Repeat(mode, min, max, body));
        Some(())
    }

    /// The numbers in braces; nothing if the brace stands for itself.
    fn bounds(&mut self) -> Option<Option<(u32, u32)>> {
        let start = self.at;
        if self.peek()? == plain(b'}') {
            return Some(None);
        }
        let (low, low_digits) = self.digits(10, usize::MAX)?;
        let (high, high_digits) = if self.skip(b',') {
            self.digits(10, usize::MAX)?
        } else {
            (low, low_digits)
        };
        if !self.skip(b'}') {
            self.at = start;
            return Some(None);
        }
        let number = |value: u64, digits: usize, otherwise: u32| match digits {
            0 => Some(otherwise),
            _ => u32::try_from(value).ok().filter(|&value| value < MAXREPEAT),
        };
        let min = number(low, low_digits, 0)?;
        let max = number(high, high_digits, MAXREPEAT)?;
        (min <= max).then_some(Some((min, max)))
    }

    /// What an opening parenthesis begins.
    fn parenthesis(
        &mut self,
        seq: &mut Seq,
        verbose: &mut bool,
        nested: u32,
        is_first: bool,
    ) -> Option<()> {
        let (mut captures, mut atomic, mut name) = (true, false, None);
        let (mut added, mut removed) = (0, 0);
        if self.skip(b'?') {
            match u8::try_from(self.get_plain()?).ok()? {
                b'P' if self.skip(b'<') => name = Some(self.name(b'>')?),
                b'P' if self.skip(b'=') => {
                    let name = self.name(b')')?;
                    let number = self.number_of(&name)?;
                    if !self.may_refer(number as usize) {
                        return None;
                    }
                    seq.push(Item::GroupRef(number));
                    return Some(());
                }
                b':' => captures = false,
                b'#' => {
                    while self.get()?? != Token::Plain(u32::from(b')')) {}
                    return Some(());
                }
                b'=' => return self.look(seq, *verbose, nested, false, false),
                b'!' => return self.look(seq, *verbose, nested, false, true),
                b'<' => {
                    let negate = match u8::try_from(self.get_plain()?).ok()? {
                        b'=' => false,
                        b'!' => true,
                        _ => return None,
                    };
                    return self.look(seq, *verbose, nested, true, negate);
                }
                b'(' => return self.conditional(seq, *verbose, nested),
                b'>' => (captures, atomic) = (false, true),
                first => match self.inline_flags(first)? {
                    Some(flags) => {
                        captures = false;
                        (added, removed) = flags;
                    }
                    None => {
                        if !is_first || !seq.is_empty() {
                            return None;
                        }
                        *verbose = self.flags & VERBOSE != 0;
                        return Some(());
                    }
                },
            }
        }
        let number = if captures {
            Some(self.open_group(name)?)
        } else {
            None
        };
        let verbose = (*verbose || added & VERBOSE != 0) && removed & VERBOSE == 0;
        let body = self.alternatives(verbose, nested + 1)?;
        if !self.skip(b')') {
            return None;
        }
        if let Some(number) = number {
            self.widths[number as usize] = Some(width(&body, &self.widths));
        }
        seq.push(if atomic {
            Item::Atomic(body)
        } else {
            Item::Group(Group {
                number,
                added,
                removed,
                body,
            })
        });
        Some(())
    }

    fn open_group(&mut self, name: Option<String>) -> Option<u32> {
        let number = self.widths.len();
        if number > GROUPS_MAX {
            return None;
        }
        self.widths.push(None);
        if let Some(name) = name {
            if self.number_of(&name).is_some() {
                return None;
            }
            self.names.push((name, number as u32));
        }
        Some(number as u32)
    }

    fn look(
        &mut self,
        seq: &mut Seq,
        verbose: bool,
        nested: u32,
        behind: bool,
        negate: bool,
    ) -> Option<()> {
        let outer = self.lookbehind;
        if behind && outer.is_none() {
            self.lookbehind = Some(self.widths.len());
        }
        let body = self.alternatives(verbose, nested + 1)?;
        if behind && outer.is_none() {
            self.lookbehind = None;
        }
        if !self.skip(b')') {
            return None;
        }
        seq.push(Item::Assert {
            behind,
            negate,
            body,
        });
        Some(())
    }

    fn conditional(&mut self, seq: &mut Seq, verbose: bool, nested: u32) -> Option<()> {
        let start = self.at;
        let (number, digits) = self.digits(10, 6)?;
        let number = if digits > 0 {
            if !self.skip(b')') || number == 0 {
                return None;
            }
            self.highest_condition = self.highest_condition.max(number as usize);
            number as u32
        } else {
            self.at = start;
            let name = self.name(b')')?;
            self.number_of(&name)?
        };
        if self.lookbehind.is_some() && !self.may_refer(number as usize) {
            return None;
        }
        if nested >= NESTING_MAX {
            return None;
        }
        let yes = self.sequence(verbose, nested + 1, false)?;
        let no = if self.skip(b'|') {
            Some(self.sequence(verbose, nested + 1, false)?)
        } else {
            None
        };
        if !self.skip(b')') {
            return None;
        }
        seq.push(Item::Conditional(number, yes, no));
        Some(())
    }

    /// Flags in parentheses: those that are added and removed for a group, or nothing when they were for all of the pattern.
    fn inline_flags(&mut self, first: u8) -> Option<Option<(u32, u32)>> {
        let (mut added, mut removed) = (0, 0);
        let mut c = first;
        while c != b'-' {
            let flag = self.flag(c)?;
            added |= flag;
            if flag & TYPE_FLAGS != 0 && added & TYPE_FLAGS != flag {
                return None;
            }
            c = u8::try_from(self.get_plain()?).ok()?;
            match c {
                b')' => {
                    self.flags |= added;
                    return Some(None);
                }
                b':' => return Some(Some((added, 0))),
                _ => {}
            }
        }
        c = u8::try_from(self.get_plain()?).ok()?;
        loop {
            let flag = self.flag(c)?;
            if flag & TYPE_FLAGS != 0 {
                return None;
            }
            removed |= flag;
            c = u8::try_from(self.get_plain()?).ok()?;
            if c == b':' {
                break;
            }
        }
        (added & removed == 0).then_some(Some((added, removed)))
    }

    fn flag(&self, c: u8) -> Option<u32> {
        let flag = match c {
            b'i' => IGNORECASE,
            b'm' => MULTILINE,
            b's' => DOTALL,
            b'x' => VERBOSE,
            b'a' => ASCII,
            b'u' if !self.is_bytes => UNICODE,
            _ => return None,
        };
        debug_assert!(flag & KNOWN != 0);
        Some(flag)
    }
}

/// The set that arms of one character each are together.
fn one_set(arms: &[Seq]) -> Option<Vec<Member>> {
    let mut members = Vec::new();
    for arm in arms {
        match arm.as_slice() {
            [Item::Literal(c)] => add(&mut members, Member::Literal(*c)),
            [Item::In(set)] if set.first() != Some(&Member::Negate) => {
                set.iter().for_each(|&member| add(&mut members, member));
            }
            _ => return None,
        }
    }
    Some(members)
}

/// The sequence with what groups hold that neither capture nor change flags.
fn unpacked(seq: Seq) -> Seq {
    let is_bare = |item: &Item| matches!(item, Item::Group(group) if group.number.is_none() && group.added | group.removed == 0);
    if !seq.iter().any(is_bare) {
        return seq;
    }
    let mut flat = Seq::with_capacity(seq.len());
    for item in seq {
        match item {
            Item::Group(Group {
                number: None,
                added: 0,
                removed: 0,
                body,
            }) => flat.extend(body),
            item => flat.push(item),
        }
    }
    flat
}
