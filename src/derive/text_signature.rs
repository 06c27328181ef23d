//! Parameter lists as CPython writes them in `__text_signature__`: `append($self, object, /)`.

use syn::{Error, LitStr, Result};

/// A parsed signature.
#[derive(Debug, Default)]
pub struct Sig {
    /// What stands before the parenthesis.
    pub name: String,
    /// From the parenthesis on.
    pub text: String,
    /// Named parameters in order.
    pub params: Vec<Param>,
    /// How many are positional-only.
    pub posonly: usize,
    /// How many can be given by position.
    pub positional: usize,
    /// Where `*args` stands among all Rust parameters.
    pub varargs: Option<usize>,
    /// Whether there is `**kwargs`.
    pub varkw: bool,
}

/// A named parameter.
#[derive(Debug)]
pub struct Param {
    /// Its name.
    pub name: String,
    /// The default as written.
    pub default: Option<String>,
}

impl Sig {
    /// Number of parameters that must be given by position or name.
    pub fn required(&self) -> u64 {
        let bit = |(index, param): (usize, &Param)| {
            if param.default.is_none() {
                1u64 << index
            } else {
                0
            }
        };
        self.params.iter().enumerate().map(bit).sum()
    }

    /// Number of positional parameters without default.
    pub fn min_positional(&self) -> usize {
        self.params[..self.positional]
            .iter()
            .filter(|param| param.default.is_none())
            .count()
    }

    /// Number of Rust parameters the signature stands for.
    pub fn rust_params(&self) -> usize {
        self.params.len() + usize::from(self.varargs.is_some()) + usize::from(self.varkw)
    }

    /// Parses `name(params)`.
    pub fn parse(literal: &LitStr) -> Result<Sig> {
        let whole = literal.value();
        let wrong =
            |what: &str| Error::new(literal.span(), format!("{what} in signature `{whole}`"));
        let open = whole.find('(').ok_or_else(|| wrong("no parenthesis"))?;
        let text = whole[open..].trim_end();
        let inner = text[1..]
            .strip_suffix(')')
            .ok_or_else(|| wrong("no closing parenthesis"))?;
        let mut sig = Sig {
            name: whole[..open].trim().to_string(),
            text: text.to_string(),
            ..Sig::default()
        };
        let mut keyword_only = false;
        for item in split_top_level(inner) {
            let item = item.trim();
            match item {
                "" | "$self" | "$module" | "$type" => {}
                "/" => sig.posonly = sig.params.len(),
                "*" => keyword_only = true,
                _ if item.starts_with("**") => sig.varkw = true,
                _ if item.starts_with('*') => {
                    sig.varargs = Some(sig.params.len());
                    keyword_only = true;
                }
                _ => {
                    let (name, default) = match item.split_once('=') {
                        Some((name, default)) => (name, Some(default.trim().to_string())),
                        None => (item, None),
                    };
                    sig.params.push(Param {
                        name: name.trim().to_string(),
                        default,
                    });
                    if !keyword_only {
                        sig.positional = sig.params.len();
                    }
                }
            }
        }
        if sig.params.len() > 64 {
            Err(wrong("more than 64 parameters"))
        } else {
            Ok(sig)
        }
    }
}

/// Splits at commas outside brackets and quotes.
fn split_top_level(text: &str) -> Vec<&str> {
    let (mut parts, mut start, mut depth, mut quote) = (Vec::new(), 0, 0, None);
    for (place, c) in text.char_indices() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth -= 1,
            (None, ',') if depth == 0 => {
                parts.push(&text[start..place]);
                start = place + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Sig {
        Sig::parse(&LitStr::new(text, proc_macro2::Span::call_site())).expect("a good signature")
    }

    #[test]
    fn positional_only() {
        let sig = parse("pop($self, index=-1, /)");
        assert_eq!(
            (sig.name.as_str(), sig.text.as_str()),
            ("pop", "($self, index=-1, /)")
        );
        assert_eq!(
            (
                sig.posonly,
                sig.positional,
                sig.min_positional(),
                sig.rust_params()
            ),
            (1, 1, 0, 1)
        );
    }

    #[test]
    fn keyword_only_after_star() {
        let sig = parse("sort($self, /, *, key=None, reverse=False)");
        assert_eq!((sig.posonly, sig.positional, sig.params.len()), (0, 0, 2));
    }

    #[test]
    fn rest_parameters() {
        let sig = parse("print(*args, sep=' ', end='\\n', file=None, flush=False)");
        assert_eq!(
            (sig.varargs, sig.varkw, sig.params.len(), sig.positional),
            (Some(0), false, 4, 0)
        );
        let sig = parse("f(a, b, /, c, *args, d, **kwargs)");
        assert_eq!(
            (sig.posonly, sig.positional, sig.required(), sig.varkw),
            (2, 3, 0b1111, true)
        );
        assert_eq!(sig.varargs, Some(3));
    }

    #[test]
    fn commas_in_defaults() {
        let sig = parse("f(a=(1, 2), b=',', /)");
        assert_eq!(sig.params[0].default.as_deref(), Some("(1, 2)"));
        assert_eq!(sig.params[1].default.as_deref(), Some("','"));
    }
}
