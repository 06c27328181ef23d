//! `str.format` and `str.format_map`.
//!
//! The markup is parsed by `base::format_spec::markup`; here values are looked up, converted and formatted.
//!
//! CPython 3.11: `Objects/stringlib/unicode_format.h`.

use super::value::PyStr;
use crate::context::errors::ExcKind;
use crate::context::{PyErr, PyResult, Vm};
use crate::object::{Args, Py, PyRef, Value};
use crate::protocol::{mapping, repr, sequence};
use base::format_spec::markup::{self, Accessor, Field, FirstName, MarkupIterator};
use base::format_spec::{FormatError, FormatErrorKind};
use base::text::{TextBuilder, TextRef};
use std::ops::Range;

/// The exception a failed format operation raises.
#[cold]
pub fn format_error(vm: &Vm, error: FormatError) -> PyErr {
    let kind = match error.kind {
        FormatErrorKind::Value => ExcKind::ValueError,
        FormatErrorKind::Overflow => ExcKind::OverflowError,
        FormatErrorKind::Memory => return vm.no_memory(),
    };
    vm.new_exception(kind, PyStr::from_text(vm, &error.message).into_value())
}

/// Where values come from.
enum Source<'a> {
    Arguments(Args<'a>),
    Mapping(&'a Value),
}

/// How fields without a name are numbered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbering {
    Unknown,
    Automatic,
    Manual,
}

struct Formatter<'a> {
    vm: &'a Vm,
    text: TextRef<'a>,
    source: Source<'a>,
    numbering: Numbering,
    next_index: usize,
}

/// `zelf.format(*args, **kwargs)`
pub fn format(vm: &Vm, zelf: &Py<PyStr>, args: Args<'_>) -> PyResult<PyRef<PyStr>> {
    run(vm, zelf, Source::Arguments(args))
}

/// `zelf.format_map(mapping)`
pub fn format_map(vm: &Vm, zelf: &Py<PyStr>, mapping: &Value) -> PyResult<PyRef<PyStr>> {
    run(vm, zelf, Source::Mapping(mapping))
}

fn run(vm: &Vm, zelf: &Py<PyStr>, source: Source<'_>) -> PyResult<PyRef<PyStr>> {
    let mut formatter = Formatter {
        vm,
        text: zelf.text(),
        source,
        numbering: Numbering::Unknown,
        next_index: 0,
    };
    let mut out = TextBuilder::with_capacity(zelf.len() + 16);
    formatter.expand(0..zelf.len(), 2, &mut out)?;
    Ok(PyStr::from_text(vm, &out.finish()))
}

/// `object.name`
fn get_attribute(vm: &Vm, object: &Value, name: &Py<PyStr>) -> PyResult<Value> {
    match object.class(vm).slots.getattro.get() {
        Some(getattro) => getattro(vm, object, &name.as_value()),
        None => Err(vm.attribute_error(format!(
            "'{}' object has no attribute '{}'",
            object.class(vm).tp_name(),
            name.to_string_lossy()
        ))),
    }
}

impl Formatter<'_> {
    fn raise(&self, error: FormatError) -> PyErr {
        format_error(self.vm, error)
    }

    fn part(&self, range: Range<usize>) -> PyRef<PyStr> {
        PyStr::from_text_ref(self.vm, self.text.slice(range.start, range.end))
    }

    fn expand(&mut self, range: Range<usize>, depth: u32, out: &mut TextBuilder) -> PyResult<()> {
        let Some(depth) = depth.checked_sub(1) else {
            return Err(self.vm.value_error("Max string recursion exceeded"));
        };
        let mut pieces = MarkupIterator::new(self.text, range);
        while let Some(piece) = pieces.next_piece().map_err(|error| self.raise(error))? {
            out.push_text(self.text.slice(piece.literal.start, piece.literal.end));
            if let Some(field) = piece.field {
                self.field(&field, depth, out)?;
            }
        }
        Ok(())
    }

    fn field(&mut self, field: &Field, depth: u32, out: &mut TextBuilder) -> PyResult<()> {
        let vm = self.vm;
        let mut value = self.value_of(field.name.clone())?;
        value = match u8::try_from(field.conversion).unwrap_or(1) {
            0 => value,
            b'r' => repr::repr(vm, &value)?.into_value(),
            b's' => repr::str(vm, &value)?.into_value(),
            b'a' => repr::ascii(vm, &value)?.into_value(),
            _ => return Err(self.raise(markup::unknown_conversion(field.conversion))),
        };
        let spec = if field.spec_needs_expanding {
            let mut spec = TextBuilder::new();
            self.expand(field.spec.clone(), depth, &mut spec)?;
            PyStr::from_text(vm, &spec.finish())
        } else {
            self.part(field.spec.clone())
        };
        let shown = repr::format(vm, &value, Some(&spec.as_value()))?;
        out.push_text(shown.text());
        Ok(())
    }

    /// The value that a field's name means.
    fn value_of(&mut self, name: Range<usize>) -> PyResult<Value> {
        let vm = self.vm;
        let (first, mut rest) =
            markup::split_field_name(self.text, name).map_err(|error| self.raise(error))?;
        let mut value = match first {
            FirstName::Keyword(range) => self.keyword(range)?,
            FirstName::Empty => {
                self.number_by(Numbering::Automatic)?;
                self.next_index += 1;
                self.positional(self.next_index - 1)?
            }
            FirstName::Index(index) => {
                self.number_by(Numbering::Manual)?;
                self.positional(index)?
            }
        };
        while let Some(accessor) = rest.next_part().map_err(|error| self.raise(error))? {
            value = match accessor {
                Accessor::Attribute(range) => get_attribute(vm, &value, &self.part(range))?,
                Accessor::Index(index) if sequence::is_sequence(vm, &value) => {
                    sequence::get_item(vm, &value, index as isize)?
                }
                Accessor::Index(index) => mapping::get_item(vm, &value, &vm.new_usize(index))?,
                Accessor::Key(range) => {
                    mapping::get_item(vm, &value, &self.part(range).as_value())?
                }
            };
        }
        Ok(value)
    }

    fn number_by(&mut self, wanted: Numbering) -> PyResult<()> {
        if self.numbering == Numbering::Unknown {
            self.numbering = wanted;
        }
        if self.numbering == wanted {
            return Ok(());
        }
        Err(self.vm.value_error(if wanted == Numbering::Automatic {
            "cannot switch from manual field specification to automatic field numbering"
        } else {
            "cannot switch from automatic field numbering to manual field specification"
        }))
    }

    fn positional(&self, index: usize) -> PyResult<Value> {
        match &self.source {
            Source::Mapping(_) => Err(self
                .vm
                .value_error("Format string contains positional fields")),
            Source::Arguments(args) => args.positional().get(index).cloned().ok_or_else(|| {
                self.vm.index_error(format!(
                    "Replacement index {index} out of range for positional args tuple"
                ))
            }),
        }
    }

    fn keyword(&self, range: Range<usize>) -> PyResult<Value> {
        let key = self.part(range);
        match &self.source {
            Source::Mapping(source) => mapping::get_item(self.vm, source, &key.as_value()),
            Source::Arguments(args) => args
                .keywords()
                .find(|(name, _)| {
                    name.downcast_ref::<PyStr>()
                        .is_some_and(|name| name.equals(&key))
                })
                .map(|(_, value)| value.clone())
                .ok_or_else(|| self.vm.key_error(&key.as_value())),
        }
    }
}
