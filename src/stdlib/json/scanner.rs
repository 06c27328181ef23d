//! `make_scanner`: from text to objects.
//!
//! CPython 3.11: `scanner_call`, `scan_once_unicode` in `Modules/_json.c`.

use super::{decode_error, string_argument, strings};
use base::text::Unit;
use base::with_units;
use derive::{Traverse, pymethods, pytype};
use std::collections::HashMap;
use vm::context::{PyErr, PyResult, Vm};
use vm::import::util::{get, truth};
use vm::object::alloc::new_object;
use vm::object::{Py, PyRef, PyType, Value};
use vm::protocol::call;
use vm::types::dict::value::PyDict;
use vm::types::str::value::PyStr;

/// JSON scanner object
#[pytype(name = "_json.Scanner", flags(BASETYPE, GC), tables(SCANNER))]
#[derive(Traverse)]
pub struct Scanner {
    #[pytraverse(skip)]
    strict: bool,
    object_hook: Value,
    object_pairs_hook: Value,
    parse_float: Value,
    parse_int: Value,
    parse_constant: Value,
}

#[pymethods(table = SCANNER)]
impl Scanner {
    #[pyslot(sig = "make_scanner(context)")]
    fn slot_new(cls: &Py<PyType>, vm: &Vm, context: &Value) -> PyResult<Value> {
        let scanner = Scanner {
            strict: truth(vm, &get(vm, context, "strict")?)?,
            object_hook: get(vm, context, "object_hook")?,
            object_pairs_hook: get(vm, context, "object_pairs_hook")?,
            parse_float: get(vm, context, "parse_float")?,
            parse_int: get(vm, context, "parse_int")?,
            parse_constant: get(vm, context, "parse_constant")?,
        };
        Ok(new_object(cls, scanner).into_value())
    }

    #[pyslot(sig = "scan_once(string, idx)")]
    fn slot_call(
        zelf: &Py<Self>,
        vm: &Vm,
        string: &Value,
        idx: i64,
    ) -> PyResult<(Value, i64)> {
        let document = string_argument(vm, string)?;
        let Ok(start) = usize::try_from(idx) else {
            return Err(vm.value_error("idx cannot be negative"));
        };
        let (value, end) = with_units!(document.text(), |units| {
            let mut scan = Scan {
                vm,
                scanner: zelf,
                document,
                units,
                keys: HashMap::default(),
            };
            scan.once(start)
        })?;
        Ok((value, end as i64))
    }

    #[pygetset]
    fn strict(&self) -> bool {
        self.strict
    }

    #[pygetset]
    fn object_hook(&self) -> Value {
        self.object_hook.clone()
    }

    #[pygetset]
    fn object_pairs_hook(&self) -> Value {
        self.object_pairs_hook.clone()
    }

    #[pygetset]
    fn parse_float(&self) -> Value {
        self.parse_float.clone()
    }

    #[pygetset]
    fn parse_int(&self) -> Value {
        self.parse_int.clone()
    }

    #[pygetset]
    fn parse_constant(&self) -> Value {
        self.parse_constant.clone()
    }
}

/// One call.
struct Scan<'a, U: Unit> {
    vm: &'a Vm,
    scanner: &'a Py<Scanner>,
    document: &'a Py<PyStr>,
    units: &'a [U],
    /// Keys of objects that were seen, by their characters between the quotes.
    keys: HashMap<&'a [u8], PyRef<PyStr>, ahash::RandomState>,
}

impl<'a, U: Unit> Scan<'a, U> {
    fn at(&self, index: usize) -> Option<u8> {
        let c = self.units.get(index)?.to_char();
        // Whatever is not ASCII is nothing that is looked for.
        Some(u8::try_from(c).unwrap_or(0xff))
    }

    fn skip_space(&self, mut at: usize) -> usize {
        while matches!(self.at(at), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            at += 1;
        }
        at
    }

    fn error(&self, message: &str, at: usize) -> PyErr {
        decode_error(self.vm, message, self.document, at)
    }

    fn stop(&self, at: usize) -> PyErr {
        self.vm.stop_iteration(self.vm.new_int(at as i64))
    }

    fn is_word(&self, at: usize, word: &str) -> bool {
        word.bytes()
            .enumerate()
            .all(|(offset, byte)| self.at(at + offset) == Some(byte))
    }

    /// Reads one term, which begins right here.
    fn once(&mut self, at: usize) -> PyResult<(Value, usize)> {
        let vm = self.vm;
        match self.at(at) {
            None => return Err(self.stop(at)),
            Some(b'"') => {
                let strict = self.scanner.strict;
                let (text, end) = strings::scan(vm, self.document, at + 1, strict)?;
                return Ok((text.into_value(), end));
            }
            Some(b'{') => {
                let _guard =
                    vm.enter_recursive(" while decoding a JSON object from a unicode string")?;
                return self.object(at + 1);
            }
            Some(b'[') => {
                let _guard =
                    vm.enter_recursive(" while decoding a JSON array from a unicode string")?;
                return self.array(at + 1);
            }
            Some(b'n') if self.is_word(at, "null") => return Ok((Value::None, at + 4)),
            Some(b't') if self.is_word(at, "true") => return Ok((Value::True, at + 4)),
            Some(b'f') if self.is_word(at, "false") => return Ok((Value::False, at + 5)),
            _ => {}
        }
        for word in ["NaN", "Infinity", "-Infinity"] {
            if self.is_word(at, word) {
                let value = call::call1(vm, &self.scanner.parse_constant, &vm.new_str(word))?;
                return Ok((value, at + word.len()));
            }
        }
        self.number(at)
    }

    /// The key of a member, whose opening quote is before `at`.
    fn key(&mut self, at: usize) -> PyResult<(PyRef<PyStr>, usize)> {
        let vm = self.vm;
        let strict = self.scanner.strict;
        // Keys that repeat are looked up, not made again.
        if let Some(bytes) = U::as_bytes(self.units)
            && let Some(len) = bytes
                .get(at..)
                .and_then(|rest| rest.iter().position(|&byte| byte == b'"'))
        {
            let plain = &bytes[at..at + len];
            if let Some(known) = self.keys.get(plain) {
                return Ok((known.clone(), at + len + 1));
            }
            let (key, end) = strings::scan(vm, self.document, at, strict)?;
            if end == at + len + 1 {
                self.keys.insert(plain, key.clone());
            }
            return Ok((key, end));
        }
        strings::scan(vm, self.document, at, strict)
    }

    fn object(&mut self, at: usize) -> PyResult<(Value, usize)> {
        let vm = self.vm;
        let scanner = self.scanner;
        let wants_pairs = !scanner.object_pairs_hook.is_none();
        let dict = PyDict::new(vm);
        let mut pairs = Vec::new();
        let mut at = self.skip_space(at);
        if self.at(at) != Some(b'}') {
            loop {
                if self.at(at) != Some(b'"') {
                    let message = "Expecting property name enclosed in double quotes";
                    return Err(self.error(message, at));
                }
                let (key, end) = self.key(at + 1)?;
                at = self.skip_space(end);
                if self.at(at) != Some(b':') {
                    return Err(self.error("Expecting ':' delimiter", at));
                }
                at = self.skip_space(at + 1);
                let (value, end) = self.once(at)?;
                if wants_pairs {
                    pairs.push(vm.new_tuple(vec![key.into_value(), value]));
                } else {
                    dict.set_str(vm, &key, value);
                }
                at = self.skip_space(end);
                match self.at(at) {
                    Some(b'}') => break,
                    Some(b',') => {}
                    _ => return Err(self.error("Expecting ',' delimiter", at)),
                }
                at = self.skip_space(at + 1);
            }
        }
        let value = if wants_pairs {
            call::call1(vm, &scanner.object_pairs_hook, &vm.new_list(pairs))?
        } else if !scanner.object_hook.is_none() {
            call::call1(vm, &scanner.object_hook, &dict.into_value())?
        } else {
            dict.into_value()
        };
        Ok((value, at + 1))
    }

    fn array(&mut self, at: usize) -> PyResult<(Value, usize)> {
        let mut items = Vec::new();
        let mut at = self.skip_space(at);
        if self.at(at) != Some(b']') {
            loop {
                let (value, end) = self.once(at)?;
                if items.len() == items.capacity() {
                    self.vm.try_reserve(items.len().saturating_mul(16))?;
                }
                items.push(value);
                at = self.skip_space(end);
                match self.at(at) {
                    Some(b']') => break,
                    Some(b',') => {}
                    _ => return Err(self.error("Expecting ',' delimiter", at)),
                }
                at = self.skip_space(at + 1);
            }
        }
        Ok((self.vm.new_list(items), at + 1))
    }

    fn number(&self, start: usize) -> PyResult<(Value, usize)> {
        let vm = self.vm;
        let is_digit = |at: usize| self.at(at).is_some_and(|c| c.is_ascii_digit());
        let skip_digits = |mut at: usize| {
            while is_digit(at) {
                at += 1;
            }
            at
        };
        let mut at = start;
        if self.at(at) == Some(b'-') {
            at += 1;
        }
        match self.at(at) {
            Some(b'0') => at += 1,
            Some(b'1'..=b'9') => at = skip_digits(at),
            _ => return Err(self.stop(start)),
        }
        let mut is_float = false;
        if self.at(at) == Some(b'.') && is_digit(at + 1) {
            is_float = true;
            at = skip_digits(at + 1);
        }
        if matches!(self.at(at), Some(b'e' | b'E')) {
            let mut exponent = at + 1;
            if matches!(self.at(exponent), Some(b'-' | b'+')) {
                exponent += 1;
            }
            if is_digit(exponent) {
                is_float = true;
                at = skip_digits(exponent);
            }
        }
        let text: String = (start..at)
            .filter_map(|at| self.at(at))
            .map(char::from)
            .collect();
        let (parser, native) = if is_float {
            (&self.scanner.parse_float, vm.types.float.to_value())
        } else {
            (&self.scanner.parse_int, vm.types.int.to_value())
        };
        if parser.is(&native) {
            if is_float && let Ok(number) = text.parse::<f64>() {
                return Ok((vm.new_float(number), at));
            }
            if let Ok(number) = text.parse::<i64>() {
                return Ok((vm.new_int(number), at));
            }
        }
        Ok((call::call1(vm, parser, &vm.new_str(&text))?, at))
    }
}
