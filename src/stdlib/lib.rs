//! Native modules that need no more than the interpreter's public interface; one file or folder each, named as in Python.

pub mod embedded;
mod ffi;
mod hashes;
mod support;

macro_rules! native_modules {
    ($( $module:ident, )*) => {
        $( pub mod $module; )*

        /// The modules of this crate.
        pub static MODULES: &[&vm::object::ModuleDef] = &[ $( &$module::DEF, )* ];
    };
}

native_modules! {
    array,
    binascii,
    bisect,
    blake2,
    bz2,
    cmath,
    collections,
    contextvars,
    csv,
    errno,
    faulthandler,
    fcntl,
    functools,
    grp,
    heapq,
    itertools,
    json,
    locale,
    math,
    md5,
    mmap,
    multiprocessing,
    operator,
    pickle,
    posix,
    posixshmem,
    posixsubprocess,
    pwd,
    random,
    re,
    readline,
    resource,
    select,
    sha1,
    sha256,
    sha3,
    sha512,
    socket,
    statistics,
    string_,
    struct_,
    termios,
    testcapi,
    thread,
    time,
    tracemalloc,
    typing,
    unicodedata,
    zlib,
}
