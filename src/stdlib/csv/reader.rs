//! The reader: a state machine over characters, a row at a time.

use super::dialect::PyDialect;
use super::{Shared, error};
use derive::{Traverse, pymethods, pytype};
use std::cell::Cell;
use vm::context::{PyResult, Vm};
use vm::object::{Py, PyRef, Value};
use vm::protocol::{call, iter};
use vm::types::str::value::PyStr;

#[derive(Clone, Copy, PartialEq)]
enum State {
    StartRecord,
    StartField,
    Escaped,
    InField,
    InQuoted,
    EscapedInQuoted,
    QuoteInQuoted,
    AtNewline,
    AfterEscapedNewline,
}

/// CSV reader
#[pytype(name = "_csv.reader", flags(GC, DISALLOW_INSTANTIATION), tables(TABLE))]
#[derive(Traverse)]
pub struct PyReader {
    lines: Value,
    dialect: PyRef<PyDialect>,
    #[pytraverse(skip)]
    line_num: Cell<i64>,
}

/// A row being read.
struct Row<'a> {
    dialect: &'a PyDialect,
    state: State,
    fields: Vec<Value>,
    field: Vec<u32>,
    numeric: bool,
    limit: i64,
}

const NEWLINE: u32 = '\n' as u32;
const RETURN: u32 = '\r' as u32;
const SPACE: u32 = ' ' as u32;

impl Row<'_> {
    fn add(&mut self, vm: &Vm, c: u32) -> PyResult<()> {
        if self.field.len() as i64 >= self.limit {
            let text = format!("field larger than field limit ({})", self.limit);
            return Err(error(vm, &text));
        }
        self.field.push(c);
        Ok(())
    }

    fn save(&mut self, vm: &Vm) -> PyResult<()> {
        let mut value = PyStr::from_chars(vm, &self.field).into_value();
        self.field.clear();
        if std::mem::take(&mut self.numeric) {
            value = call::call1(vm, &vm.types.float.to_value(), &value)?;
        }
        self.fields.push(value);
        Ok(())
    }

    /// The end of a record or of a field, where `c` is `None` at the end of a line.
    fn start_field(&mut self, vm: &Vm, c: Option<u32>) -> PyResult<()> {
        let dialect = self.dialect;
        let Some(c) = c.filter(|c| *c != NEWLINE && *c != RETURN) else {
            self.save(vm)?;
            self.state = after_line(c);
            return Ok(());
        };
        if Some(c) == dialect.quotechar && dialect.quoting != 3 {
            self.state = State::InQuoted;
        } else if Some(c) == dialect.escapechar {
            self.state = State::Escaped;
        } else if c == SPACE && dialect.skipinitialspace {
            // Stays at the start of the field.
        } else if c == dialect.delimiter {
            self.save(vm)?;
            self.state = State::StartField;
        } else {
            self.numeric = dialect.quoting == 2;
            self.add(vm, c)?;
            self.state = State::InField;
        }
        Ok(())
    }

    fn process(&mut self, vm: &Vm, c: Option<u32>) -> PyResult<()> {
        let dialect = self.dialect;
        match (self.state, c) {
            (State::StartRecord, None) => {}
            (State::StartRecord, Some(NEWLINE | RETURN)) => self.state = State::AtNewline,
            (State::StartRecord | State::StartField, _) => {
                self.state = State::StartField;
                self.start_field(vm, c)?;
            }
            (State::Escaped, Some(c @ (NEWLINE | RETURN))) => {
                self.add(vm, c)?;
                self.state = State::AfterEscapedNewline;
            }
            (State::Escaped, _) => {
                self.add(vm, c.unwrap_or(NEWLINE))?;
                self.state = State::InField;
            }
            (State::AfterEscapedNewline, None) => {}
            (State::InField | State::AfterEscapedNewline, _) => self.in_field(vm, c)?,
            (State::InQuoted, None) => {}
            (State::InQuoted, Some(c)) => {
                if Some(c) == dialect.escapechar {
                    self.state = State::EscapedInQuoted;
                } else if Some(c) == dialect.quotechar && dialect.quoting != 3 {
                    self.state = if dialect.doublequote {
                        State::QuoteInQuoted
                    } else {
                        State::InField
                    };
                } else {
                    self.add(vm, c)?;
                }
            }
            (State::EscapedInQuoted, _) => {
                self.add(vm, c.unwrap_or(NEWLINE))?;
                self.state = State::InQuoted;
            }
            (State::QuoteInQuoted, _) => self.after_quote(vm, c)?,
            (State::AtNewline, Some(NEWLINE | RETURN)) => {}
            (State::AtNewline, None) => self.state = State::StartRecord,
            (State::AtNewline, Some(_)) => {
                return Err(error(
                    vm,
                    "new-line character seen in unquoted field - do you need to open the file with newline=''?",
                ));
            }
        }
        Ok(())
    }

    fn in_field(&mut self, vm: &Vm, c: Option<u32>) -> PyResult<()> {
        self.state = State::InField;
        match c {
            None | Some(NEWLINE | RETURN) => {
                self.save(vm)?;
                self.state = after_line(c);
            }
            Some(c) if Some(c) == self.dialect.escapechar => self.state = State::Escaped,
            Some(c) if c == self.dialect.delimiter => {
                self.save(vm)?;
                self.state = State::StartField;
            }
            Some(c) => self.add(vm, c)?,
        }
        Ok(())
    }

    fn after_quote(&mut self, vm: &Vm, c: Option<u32>) -> PyResult<()> {
        let dialect = self.dialect;
        match c {
            Some(c) if dialect.quoting != 3 && Some(c) == dialect.quotechar => {
                self.add(vm, c)?;
                self.state = State::InQuoted;
            }
            Some(c) if c == dialect.delimiter => {
                self.save(vm)?;
                self.state = State::StartField;
            }
            None | Some(NEWLINE | RETURN) => {
                self.save(vm)?;
                self.state = after_line(c);
            }
            Some(c) if !dialect.strict => {
                self.add(vm, c)?;
                self.state = State::InField;
            }
            Some(_) => {
                let shown = |c| char::from_u32(c).unwrap_or('\u{fffd}');
                let quote = dialect.quotechar.map_or('"', shown);
                let text = format!("'{}' expected after '{quote}'", shown(dialect.delimiter));
                return Err(error(vm, &text));
            }
        }
        Ok(())
    }
}

fn after_line(c: Option<u32>) -> State {
    match c {
        None => State::StartRecord,
        Some(_) => State::AtNewline,
    }
}

impl PyReader {
    pub(super) fn over(lines: Value, dialect: PyRef<PyDialect>) -> PyReader {
        PyReader {
            lines,
            dialect,
            line_num: Cell::new(0),
        }
    }
}

#[pymethods]
impl PyReader {
    #[pyslot]
    fn iter(zelf: &Py<Self>) -> Value {
        zelf.to_value()
    }

    #[pyslot]
    fn iternext(&self, vm: &Vm) -> PyResult<Option<Value>> {
        let mut row = Row {
            dialect: &self.dialect,
            state: State::StartRecord,
            fields: Vec::new(),
            field: Vec::new(),
            numeric: false,
            limit: vm.state.get::<Shared>().field_limit.get(),
        };
        loop {
            let Some(line) = iter::next(vm, &self.lines)? else {
                if !row.field.is_empty() || row.state == State::InQuoted {
                    if self.dialect.strict {
                        return Err(error(vm, "unexpected end of data"));
                    }
                    row.save(vm)?;
                    return Ok(Some(vm.new_list(row.fields)));
                }
                return Ok(None);
            };
            let Some(line) = line.downcast_ref::<PyStr>() else {
                let text = format!(
                    "iterator should return strings, not {} (the file should be opened in text mode)",
                    line.class(vm).tp_name()
                );
                return Err(error(vm, &text));
            };
            self.line_num.set(self.line_num.get() + 1);
            for c in line.chars() {
                row.process(vm, Some(c))?;
            }
            row.process(vm, None)?;
            if row.state == State::StartRecord {
                return Ok(Some(vm.new_list(row.fields)));
            }
        }
    }

    #[pygetset]
    fn dialect(&self) -> Value {
        self.dialect.to_value()
    }

    #[pygetset]
    fn line_num(&self) -> i64 {
        self.line_num.get()
    }
}
