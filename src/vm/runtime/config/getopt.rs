//! Options one after the other, as CPython's own `getopt` cuts them: short options may be joined, an argument may be joined to its option,
//! the first word that is no option ends them.
//!
//! CPython 3.11: `Python/getopt.c`.

/// Short options; a colon follows those with an argument.
const SHORT: &[u8] = b"bBc:dEhiIJm:OPqRsStuvVW:xX:?";
const LONG: [(&str, bool); 4] = [
    ("check-hash-based-pycs", true),
    ("help-all", false),
    ("help-env", false),
    ("help-xoptions", false),
];

/// What comes next.
#[derive(Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// A short option with its argument, which is empty when it has none.
    Short(u8, &'a [u8]),
    /// A long option with its argument.
    Long(&'static str, &'a [u8]),
    /// No more options.
    End,
    /// Not an option; the message.
    Error(String),
}

/// The options of a command line.
pub struct Getopt<'a> {
    args: &'a [Vec<u8>],
    index: usize,
    /// What is left of a word of short options.
    rest: &'a [u8],
}

impl<'a> Getopt<'a> {
    /// Options of a command line whose first word is the program.
    pub fn new(args: &'a [Vec<u8>]) -> Getopt<'a> {
        Getopt {
            args,
            index: 1,
            rest: &[],
        }
    }

    /// The first word that is not taken yet.
    pub fn index(&self) -> usize {
        self.index
    }

    /// The next option.
    #[expect(
        clippy::should_implement_trait,
        reason = "the end is an item of its own"
    )]
    pub fn next(&mut self) -> Item<'a> {
        if self.rest.is_empty() {
            let Some(word) = self.args.get(self.index).map(Vec::as_slice) else {
                return Item::End;
            };
            if word.len() < 2 || word[0] != b'-' {
                return Item::End;
            }
            self.index += 1;
            match word {
                b"--" => return Item::End,
                b"--help" => return Item::Short(b'h', &[]),
                b"--version" => return Item::Short(b'V', &[]),
                _ => self.rest = &word[1..],
            }
        }
        let option = self.rest[0];
        self.rest = &self.rest[1..];
        if option == b'-' {
            return self.long();
        }
        if option == b'J' {
            return Item::Error(String::from("-J is reserved for Jython"));
        }
        let place = SHORT
            .iter()
            .position(|known| *known == option && option != b':');
        let Some(place) = place else {
            return Item::Error(format!("Unknown option: -{}", char::from(option)));
        };
        if SHORT.get(place + 1) != Some(&b':') {
            return Item::Short(option, &[]);
        }
        if !self.rest.is_empty() {
            return Item::Short(option, std::mem::take(&mut self.rest));
        }
        match self.argument() {
            Some(argument) => Item::Short(option, argument),
            None => Item::Error(format!(
                "Argument expected for the -{} option",
                char::from(option)
            )),
        }
    }

    fn argument(&mut self) -> Option<&'a [u8]> {
        let argument = self.args.get(self.index)?;
        self.index += 1;
        Some(argument)
    }

    fn long(&mut self) -> Item<'a> {
        let name = std::mem::take(&mut self.rest);
        if name.is_empty() {
            return Item::Error(String::from("expected long option"));
        }
        let Some((known, has_argument)) = LONG.iter().find(|(known, _)| known.as_bytes() == name)
        else {
            return Item::Error(format!(
                "unknown option --{}",
                String::from_utf8_lossy(name)
            ));
        };
        if !has_argument {
            return Item::Long(known, &[]);
        }
        match self.argument() {
            Some(argument) => Item::Long(known, argument),
            None => Item::Error(format!("Argument expected for the --{known} options")),
        }
    }
}
