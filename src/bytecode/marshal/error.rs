//! What can go wrong in reading and writing marshal data, with the types and texts of CPython's exceptions.
//!
//! CPython 3.11: `Python/marshal.c`, as of 3.11.7, whose words for NULL and for a missing count differ from earlier releases.

/// What is wrong with a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadError {
    /// The bytes end inside a value.
    TooShort,
    /// The bytes end where a value should start.
    ObjectExpected,
    /// The bytes end where a count should stand.
    ByteExpected,
    /// Bad data, with CPython's word for it.
    BadData(&'static str),
    /// Nested too deeply.
    TooDeep,
    /// A NULL where an object must be; the text says in what.
    NullObject(&'static str),
    /// A float in text form that is none.
    BadFloat(Box<[u8]>),
    /// Text that is not UTF-8.
    BadUtf8 {
        /// The whole text.
        bytes: Box<[u8]>,
        /// Where the bad part starts.
        start: usize,
        /// Where it ends.
        end: usize,
        /// CPython's word for it.
        reason: &'static str,
    },
    /// The fields of a code object have wrong types or signs.
    BadCodeFields,
    /// A code object is wrong in another way, with CPython's word for it.
    BadCode(&'static str),
    /// A value that code objects cannot hold, where only such values are wanted.
    NotConstant,
}

/// The exception a `ReadError` becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of the exceptions")]
pub enum ReadErrorKind {
    EofError,
    ValueError,
    TypeError,
    SystemError,
    UnicodeDecodeError,
}

impl ReadError {
    /// The type of exception that CPython raises.
    pub fn kind(&self) -> ReadErrorKind {
        match self {
            ReadError::TooShort | ReadError::ObjectExpected | ReadError::ByteExpected => {
                ReadErrorKind::EofError
            }
            ReadError::NullObject(_) => ReadErrorKind::TypeError,
            ReadError::BadUtf8 { .. } => ReadErrorKind::UnicodeDecodeError,
            ReadError::BadCodeFields => ReadErrorKind::SystemError,
            ReadError::BadData(_)
            | ReadError::TooDeep
            | ReadError::BadFloat(_)
            | ReadError::BadCode(_)
            | ReadError::NotConstant => ReadErrorKind::ValueError,
        }
    }
}

impl std::fmt::Display for ReadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            ReadError::TooShort => f.write_str("marshal data too short"),
            ReadError::ObjectExpected => f.write_str("EOF read where object expected"),
            ReadError::ByteExpected => f.write_str("EOF read where not expected"),
            ReadError::BadData(what) => write!(f, "bad marshal data ({what})"),
            ReadError::TooDeep => f.write_str("recursion limit exceeded"),
            ReadError::NullObject(whole) => write!(f, "NULL object in marshal data for {whole}"),
            ReadError::BadFloat(text) => {
                let text = String::from_utf8_lossy(&text[..text.len().min(200)]);
                write!(f, "could not convert string to float: '{text}'")
            }
            ReadError::BadUtf8 {
                bytes,
                start,
                end,
                reason,
            } => {
                if end - start == 1 {
                    let byte = bytes[*start];
                    write!(
                        f,
                        "'utf-8' codec can't decode byte {byte:#04x} in position {start}: {reason}"
                    )
                } else {
                    let last = end - 1;
                    write!(
                        f,
                        "'utf-8' codec can't decode bytes in position {start}-{last}: {reason}"
                    )
                }
            }
            ReadError::BadCodeFields => {
                f.write_str("Objects/codeobject.c:250: bad argument to internal function")
            }
            ReadError::BadCode(what) => write!(f, "code: {what}"),
            ReadError::NotConstant => f.write_str("bad marshal data (not a constant)"),
        }
    }
}

impl std::error::Error for ReadError {}

/// Why a value cannot be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WriteError {
    /// The value, or one in it, is of a type that marshal does not know, or too large.
    Unmarshallable,
    /// Nested too deeply.
    TooDeep,
    /// More shared objects than indices.
    TooManyObjects,
}

impl std::fmt::Display for WriteError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            WriteError::Unmarshallable => "unmarshallable object",
            WriteError::TooDeep => "object too deeply nested to marshal",
            WriteError::TooManyObjects => "too many objects",
        })
    }
}

impl std::error::Error for WriteError {}
