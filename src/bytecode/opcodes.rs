//! The instruction table of CPython 3.11, one row per opcode.
//!
//! Everything that is known of an opcode without running it stands in its row: number, name, operand kind, stack effect, number of inline
//! cache units, and the family it is a quickened form of (itself when it is none). The enum, the predicates, `dis`, the verifier, stack
//! effects and the dispatch of the interpreter are expanded from `for_each_opcode!`; no second list exists.
//!
//! `effect` gives, of `oparg: i32` and `jump: bool`, the change of the stack's depth when the instruction does not jump or
//! does. Numbers above the documented ones are CPython's own for quickened forms; pyrs's additions take numbers that CPython leaves free.
//!
//! CPython 3.11: `Lib/opcode.py`, `Include/internal/pycore_opcode.h`, `stack_effect` in `Python/compile.c`.

/// Calls `$consumer!` with every row of the table.
#[macro_export]
macro_rules! for_each_opcode {
    ($consumer:path) => {
        $consumer! {
            /// Inline cache unit behind an instruction; never executed.
            CACHE = 0 { arg: None, effect: |oparg, jump| (0), cache: 0, family: CACHE },
            /// Drop the top of the stack.
            POP_TOP = 1 { arg: None, effect: |oparg, jump| (-1), cache: 0, family: POP_TOP },
            /// Push NULL, the marker below a callable without a bound self.
            PUSH_NULL = 2 { arg: None, effect: |oparg, jump| (1), cache: 0, family: PUSH_NULL },
            /// Do nothing; keeps a line for tracing.
            NOP = 9 { arg: None, effect: |oparg, jump| (0), cache: 0, family: NOP },
            /// `+x`.
            UNARY_POSITIVE = 10 { arg: None, effect: |oparg, jump| (0), cache: 0, family: UNARY_POSITIVE },
            /// `-x`.
            UNARY_NEGATIVE = 11 { arg: None, effect: |oparg, jump| (0), cache: 0, family: UNARY_NEGATIVE },
            /// `not x`.
            UNARY_NOT = 12 { arg: None, effect: |oparg, jump| (0), cache: 0, family: UNARY_NOT },
            /// `~x`.
            UNARY_INVERT = 15 { arg: None, effect: |oparg, jump| (0), cache: 0, family: UNARY_INVERT },
            /// `container[index]`.
            BINARY_SUBSCR = 25 { arg: None, effect: |oparg, jump| (-1), cache: 4, family: BINARY_SUBSCR },
            /// Push `len(subject)` and keep the subject.
            GET_LEN = 30 { arg: None, effect: |oparg, jump| (1), cache: 0, family: GET_LEN },
            /// Push whether the subject is a mapping for `match`.
            MATCH_MAPPING = 31 { arg: None, effect: |oparg, jump| (1), cache: 0, family: MATCH_MAPPING },
            /// Push whether the subject is a sequence for `match`.
            MATCH_SEQUENCE = 32 { arg: None, effect: |oparg, jump| (1), cache: 0, family: MATCH_SEQUENCE },
            /// Push the tuple of values for a tuple of keys, or None.
            MATCH_KEYS = 33 { arg: None, effect: |oparg, jump| (1), cache: 0, family: MATCH_KEYS },
            /// Make the exception on top the current one; push the previous below it.
            PUSH_EXC_INFO = 35 { arg: None, effect: |oparg, jump| (1), cache: 0, family: PUSH_EXC_INFO },
            /// Replace the match type by whether the exception is an instance of it.
            CHECK_EXC_MATCH = 36 { arg: None, effect: |oparg, jump| (0), cache: 0, family: CHECK_EXC_MATCH },
            /// Split an exception group by the match type.
            CHECK_EG_MATCH = 37 { arg: None, effect: |oparg, jump| (0), cache: 0, family: CHECK_EG_MATCH },
            /// Call `__exit__` with the current exception.
            WITH_EXCEPT_START = 49 { arg: None, effect: |oparg, jump| (1), cache: 0, family: WITH_EXCEPT_START },
            /// `__aiter__` of the top.
            GET_AITER = 50 { arg: None, effect: |oparg, jump| (0), cache: 0, family: GET_AITER },
            /// Push the awaitable of `__anext__`.
            GET_ANEXT = 51 { arg: None, effect: |oparg, jump| (1), cache: 0, family: GET_ANEXT },
            /// Push `__aexit__` and the awaitable of `__aenter__`.
            BEFORE_ASYNC_WITH = 52 { arg: None, effect: |oparg, jump| (1), cache: 0, family: BEFORE_ASYNC_WITH },
            /// Push `__exit__` and the result of `__enter__`.
            BEFORE_WITH = 53 { arg: None, effect: |oparg, jump| (1), cache: 0, family: BEFORE_WITH },
            /// End an `async for` at StopAsyncIteration, otherwise re-raise.
            END_ASYNC_FOR = 54 { arg: None, effect: |oparg, jump| (-2), cache: 0, family: END_ASYNC_FOR },
            /// `container[index] = value`.
            STORE_SUBSCR = 60 { arg: None, effect: |oparg, jump| (-3), cache: 1, family: STORE_SUBSCR },
            /// `del container[index]`.
            DELETE_SUBSCR = 61 { arg: None, effect: |oparg, jump| (-2), cache: 0, family: DELETE_SUBSCR },
            /// `iter(x)`.
            GET_ITER = 68 { arg: None, effect: |oparg, jump| (0), cache: 0, family: GET_ITER },
            /// `iter(x)` for `yield from`, keeping generators and coroutines.
            GET_YIELD_FROM_ITER = 69 { arg: None, effect: |oparg, jump| (0), cache: 0, family: GET_YIELD_FROM_ITER },
            /// Give the value to `sys.displayhook`.
            PRINT_EXPR = 70 { arg: None, effect: |oparg, jump| (-1), cache: 0, family: PRINT_EXPR },
            /// Push `__build_class__`.
            LOAD_BUILD_CLASS = 71 { arg: None, effect: |oparg, jump| (1), cache: 0, family: LOAD_BUILD_CLASS },
            /// Push AssertionError.
            LOAD_ASSERTION_ERROR = 74 { arg: None, effect: |oparg, jump| (1), cache: 0, family: LOAD_ASSERTION_ERROR },
            /// Turn the frame into a generator and return it.
            RETURN_GENERATOR = 75 { arg: None, effect: |oparg, jump| (0), cache: 0, family: RETURN_GENERATOR },
            /// Turn the list on top into a tuple.
            LIST_TO_TUPLE = 82 { arg: None, effect: |oparg, jump| (0), cache: 0, family: LIST_TO_TUPLE },
            /// Return the top to the caller.
            RETURN_VALUE = 83 { arg: None, effect: |oparg, jump| (-1), cache: 0, family: RETURN_VALUE },
            /// Copy the public names of the module on top into the locals.
            IMPORT_STAR = 84 { arg: None, effect: |oparg, jump| (-1), cache: 0, family: IMPORT_STAR },
            /// Make `__annotations__` in the locals when missing.
            SETUP_ANNOTATIONS = 85 { arg: None, effect: |oparg, jump| (0), cache: 0, family: SETUP_ANNOTATIONS },
            /// Suspend the generator with the top.
            YIELD_VALUE = 86 { arg: None, effect: |oparg, jump| (0), cache: 0, family: YIELD_VALUE },
            /// Wrap a value yielded by an async generator.
            ASYNC_GEN_WRAP = 87 { arg: None, effect: |oparg, jump| (0), cache: 0, family: ASYNC_GEN_WRAP },
            /// Combine what `except*` handlers raised and left over.
            PREP_RERAISE_STAR = 88 { arg: None, effect: |oparg, jump| (-1), cache: 0, family: PREP_RERAISE_STAR },
            /// Restore the previous exception.
            POP_EXCEPT = 89 { arg: None, effect: |oparg, jump| (-1), cache: 0, family: POP_EXCEPT },
            /// `name = value` in the locals mapping.
            STORE_NAME = 90 { arg: Name, effect: |oparg, jump| (-1), cache: 0, family: STORE_NAME },
            /// `del name` in the locals mapping.
            DELETE_NAME = 91 { arg: Name, effect: |oparg, jump| (0), cache: 0, family: DELETE_NAME },
            /// Unpack into exactly oparg values.
            UNPACK_SEQUENCE = 92 { arg: Int, effect: |oparg, jump| (oparg.wrapping_sub(1)), cache: 1, family: UNPACK_SEQUENCE },
            /// Push the next item, or drop the iterator and jump.
            FOR_ITER = 93 { arg: JumpForward, effect: |oparg, jump| (if jump { -1 } else { 1 }), cache: 0, family: FOR_ITER },
            /// Unpack with a starred target: low byte before, the rest after.
            UNPACK_EX = 94 { arg: Int, effect: |oparg, jump| ((oparg & 0xff) + (oparg >> 8)), cache: 0, family: UNPACK_EX },
            /// `owner.name = value`.
            STORE_ATTR = 95 { arg: Name, effect: |oparg, jump| (-2), cache: 4, family: STORE_ATTR },
            /// `del owner.name`.
            DELETE_ATTR = 96 { arg: Name, effect: |oparg, jump| (-1), cache: 0, family: DELETE_ATTR },
            /// Store into the globals.
            STORE_GLOBAL = 97 { arg: Name, effect: |oparg, jump| (-1), cache: 0, family: STORE_GLOBAL },
            /// Delete from the globals.
            DELETE_GLOBAL = 98 { arg: Name, effect: |oparg, jump| (0), cache: 0, family: DELETE_GLOBAL },
            /// Exchange the top with the oparg-th value from the top.
            SWAP = 99 { arg: Int, effect: |oparg, jump| (0), cache: 0, family: SWAP },
            /// Push co_consts[oparg].
            LOAD_CONST = 100 { arg: Const, effect: |oparg, jump| (1), cache: 0, family: LOAD_CONST },
            /// Push a name from locals, globals or builtins.
            LOAD_NAME = 101 { arg: Name, effect: |oparg, jump| (1), cache: 0, family: LOAD_NAME },
            /// Build a tuple of oparg values.
            BUILD_TUPLE = 102 { arg: Int, effect: |oparg, jump| (1i32.wrapping_sub(oparg)), cache: 0, family: BUILD_TUPLE },
            /// Build a list of oparg values.
            BUILD_LIST = 103 { arg: Int, effect: |oparg, jump| (1i32.wrapping_sub(oparg)), cache: 0, family: BUILD_LIST },
            /// Build a set of oparg values.
            BUILD_SET = 104 { arg: Int, effect: |oparg, jump| (1i32.wrapping_sub(oparg)), cache: 0, family: BUILD_SET },
            /// Build a dict of oparg pairs.
            BUILD_MAP = 105 { arg: Int, effect: |oparg, jump| (1i32.wrapping_sub(oparg.wrapping_mul(2))), cache: 0, family: BUILD_MAP },
            /// `owner.name`.
            LOAD_ATTR = 106 { arg: Name, effect: |oparg, jump| (0), cache: 4, family: LOAD_ATTR },
            /// Rich comparison number oparg.
            COMPARE_OP = 107 { arg: Compare, effect: |oparg, jump| (-1), cache: 2, family: COMPARE_OP },
            /// `__import__` of a name with fromlist and level.
            IMPORT_NAME = 108 { arg: Name, effect: |oparg, jump| (-1), cache: 0, family: IMPORT_NAME },
            /// Push an attribute of the module on top.
            IMPORT_FROM = 109 { arg: Name, effect: |oparg, jump| (1), cache: 0, family: IMPORT_FROM },
            /// Jump forward by oparg units.
            JUMP_FORWARD = 110 { arg: JumpForward, effect: |oparg, jump| (0), cache: 0, family: JUMP_FORWARD },
            /// Jump forward when false, else pop.
            JUMP_IF_FALSE_OR_POP = 111 { arg: JumpForward, effect: |oparg, jump| (if jump { 0 } else { -1 }), cache: 0, family: JUMP_IF_FALSE_OR_POP },
            /// Jump forward when true, else pop.
            JUMP_IF_TRUE_OR_POP = 112 { arg: JumpForward, effect: |oparg, jump| (if jump { 0 } else { -1 }), cache: 0, family: JUMP_IF_TRUE_OR_POP },
            /// Pop; jump forward when false.
            POP_JUMP_FORWARD_IF_FALSE = 114 { arg: JumpForward, effect: |oparg, jump| (-1), cache: 0, family: POP_JUMP_FORWARD_IF_FALSE },
            /// Pop; jump forward when true.
            POP_JUMP_FORWARD_IF_TRUE = 115 { arg: JumpForward, effect: |oparg, jump| (-1), cache: 0, family: POP_JUMP_FORWARD_IF_TRUE },
            /// Push a global or builtin (name oparg>>1), with NULL below when oparg&1.
            LOAD_GLOBAL = 116 { arg: Global, effect: |oparg, jump| ((oparg & 1) + 1), cache: 5, family: LOAD_GLOBAL },
            /// `is`, or `is not` when oparg is 1.
            IS_OP = 117 { arg: Int, effect: |oparg, jump| (-1), cache: 0, family: IS_OP },
            /// `in`, or `not in` when oparg is 1.
            CONTAINS_OP = 118 { arg: Int, effect: |oparg, jump| (-1), cache: 0, family: CONTAINS_OP },
            /// Raise the top again; oparg says where lasti lies.
            RERAISE = 119 { arg: Int, effect: |oparg, jump| (-1), cache: 0, family: RERAISE },
            /// Push the oparg-th value from the top once more.
            COPY = 120 { arg: Int, effect: |oparg, jump| (1), cache: 0, family: COPY },
            /// Binary or in-place operator number oparg.
            BINARY_OP = 122 { arg: Int, effect: |oparg, jump| (-1), cache: 1, family: BINARY_OP },
            /// Send the top to the awaitable below; jump at its end.
            SEND = 123 { arg: JumpForward, effect: |oparg, jump| (if jump { -1 } else { 0 }), cache: 0, family: SEND },
            /// Push a local, UnboundLocalError when it is not set.
            LOAD_FAST = 124 { arg: Local, effect: |oparg, jump| (1), cache: 0, family: LOAD_FAST },
            /// Store into a local.
            STORE_FAST = 125 { arg: Local, effect: |oparg, jump| (-1), cache: 0, family: STORE_FAST },
            /// Delete a local.
            DELETE_FAST = 126 { arg: Local, effect: |oparg, jump| (0), cache: 0, family: DELETE_FAST },
            /// Pop; jump forward when not None.
            POP_JUMP_FORWARD_IF_NOT_NONE = 128 { arg: JumpForward, effect: |oparg, jump| (-1), cache: 0, family: POP_JUMP_FORWARD_IF_NOT_NONE },
            /// Pop; jump forward when None.
            POP_JUMP_FORWARD_IF_NONE = 129 { arg: JumpForward, effect: |oparg, jump| (-1), cache: 0, family: POP_JUMP_FORWARD_IF_NONE },
            /// `raise` with 0, 1 or 2 operands.
            RAISE_VARARGS = 130 { arg: Int, effect: |oparg, jump| (oparg.wrapping_neg()), cache: 0, family: RAISE_VARARGS },
            /// The iterator of an awaitable.
            GET_AWAITABLE = 131 { arg: Int, effect: |oparg, jump| (0), cache: 0, family: GET_AWAITABLE },
            /// Make a function of a code object and what the flags say.
            MAKE_FUNCTION = 132 { arg: Int, effect: |oparg, jump| (-((oparg & 0xf).count_ones() as i32)), cache: 0, family: MAKE_FUNCTION },
            /// Build a slice of 2 or 3 values.
            BUILD_SLICE = 133 { arg: Int, effect: |oparg, jump| (if oparg == 3 { -2 } else { -1 }), cache: 0, family: BUILD_SLICE },
            /// Jump backward without looking at the eval breaker.
            JUMP_BACKWARD_NO_INTERRUPT = 134 { arg: JumpBackward, effect: |oparg, jump| (0), cache: 0, family: JUMP_BACKWARD_NO_INTERRUPT },
            /// Turn a local into a cell.
            MAKE_CELL = 135 { arg: Free, effect: |oparg, jump| (0), cache: 0, family: MAKE_CELL },
            /// Push the cell itself.
            LOAD_CLOSURE = 136 { arg: Free, effect: |oparg, jump| (1), cache: 0, family: LOAD_CLOSURE },
            /// Push the content of a cell.
            LOAD_DEREF = 137 { arg: Free, effect: |oparg, jump| (1), cache: 0, family: LOAD_DEREF },
            /// Store into a cell.
            STORE_DEREF = 138 { arg: Free, effect: |oparg, jump| (-1), cache: 0, family: STORE_DEREF },
            /// Empty a cell.
            DELETE_DEREF = 139 { arg: Free, effect: |oparg, jump| (0), cache: 0, family: DELETE_DEREF },
            /// Jump backward by oparg units; looks at the eval breaker.
            JUMP_BACKWARD = 140 { arg: JumpBackward, effect: |oparg, jump| (0), cache: 0, family: JUMP_BACKWARD },
            /// Call with an argument tuple and, when oparg&1, a dict.
            CALL_FUNCTION_EX = 142 { arg: Int, effect: |oparg, jump| (-2 - (oparg & 1)), cache: 0, family: CALL_FUNCTION_EX },
            /// Prefix: eight more bits of the next oparg.
            EXTENDED_ARG = 144 { arg: Int, effect: |oparg, jump| (0), cache: 0, family: EXTENDED_ARG },
            /// Append to the list oparg below.
            LIST_APPEND = 145 { arg: Int, effect: |oparg, jump| (-1), cache: 0, family: LIST_APPEND },
            /// Add to the set oparg below.
            SET_ADD = 146 { arg: Int, effect: |oparg, jump| (-1), cache: 0, family: SET_ADD },
            /// Store into the dict oparg below.
            MAP_ADD = 147 { arg: Int, effect: |oparg, jump| (-2), cache: 0, family: MAP_ADD },
            /// Push a name from the class locals, else from the cell.
            LOAD_CLASSDEREF = 148 { arg: Free, effect: |oparg, jump| (1), cache: 0, family: LOAD_CLASSDEREF },
            /// Copy the closure into the frame.
            COPY_FREE_VARS = 149 { arg: Int, effect: |oparg, jump| (0), cache: 0, family: COPY_FREE_VARS },
            /// Start or resumption of a frame.
            RESUME = 151 { arg: Int, effect: |oparg, jump| (0), cache: 0, family: RESUME },
            /// Match the subject against a class pattern.
            MATCH_CLASS = 152 { arg: Int, effect: |oparg, jump| (-2), cache: 0, family: MATCH_CLASS },
            /// Format a value of an f-string.
            FORMAT_VALUE = 155 { arg: Int, effect: |oparg, jump| (if oparg & 4 == 4 { -1 } else { 0 }), cache: 0, family: FORMAT_VALUE },
            /// Build a dict of values and a tuple of keys.
            BUILD_CONST_KEY_MAP = 156 { arg: Int, effect: |oparg, jump| (oparg.wrapping_neg()), cache: 0, family: BUILD_CONST_KEY_MAP },
            /// Concatenate oparg strings.
            BUILD_STRING = 157 { arg: Int, effect: |oparg, jump| (1i32.wrapping_sub(oparg)), cache: 0, family: BUILD_STRING },
            /// Load a method without binding it.
            LOAD_METHOD = 160 { arg: Name, effect: |oparg, jump| (1), cache: 10, family: LOAD_METHOD },
            /// Extend the list oparg below.
            LIST_EXTEND = 162 { arg: Int, effect: |oparg, jump| (-1), cache: 0, family: LIST_EXTEND },
            /// Update the set oparg below.
            SET_UPDATE = 163 { arg: Int, effect: |oparg, jump| (-1), cache: 0, family: SET_UPDATE },
            /// Merge keyword arguments, refusing repeats.
            DICT_MERGE = 164 { arg: Int, effect: |oparg, jump| (-1), cache: 0, family: DICT_MERGE },
            /// Update the dict oparg below.
            DICT_UPDATE = 165 { arg: Int, effect: |oparg, jump| (-1), cache: 0, family: DICT_UPDATE },
            /// First half of a call: bound methods are opened here.
            PRECALL = 166 { arg: Int, effect: |oparg, jump| (oparg.wrapping_neg()), cache: 1, family: PRECALL },
            /// Second half of a call.
            CALL = 171 { arg: Int, effect: |oparg, jump| (-1), cache: 4, family: CALL },
            /// Note the names of the keyword arguments of the next call.
            KW_NAMES = 172 { arg: Const, effect: |oparg, jump| (0), cache: 0, family: KW_NAMES },
            /// Pop; jump backward when not None.
            POP_JUMP_BACKWARD_IF_NOT_NONE = 173 { arg: JumpBackward, effect: |oparg, jump| (-1), cache: 0, family: POP_JUMP_BACKWARD_IF_NOT_NONE },
            /// Pop; jump backward when None.
            POP_JUMP_BACKWARD_IF_NONE = 174 { arg: JumpBackward, effect: |oparg, jump| (-1), cache: 0, family: POP_JUMP_BACKWARD_IF_NONE },
            /// Pop; jump backward when false.
            POP_JUMP_BACKWARD_IF_FALSE = 175 { arg: JumpBackward, effect: |oparg, jump| (-1), cache: 0, family: POP_JUMP_BACKWARD_IF_FALSE },
            /// Pop; jump backward when true.
            POP_JUMP_BACKWARD_IF_TRUE = 176 { arg: JumpBackward, effect: |oparg, jump| (-1), cache: 0, family: POP_JUMP_BACKWARD_IF_TRUE },
            /// Quickened form of `BINARY_OP`; CPython's number.
            BINARY_OP_ADAPTIVE = 3 { arg: Int, effect: |oparg, jump| (-1), cache: 1, family: BINARY_OP },
            /// Quickened form of `BINARY_OP`; CPython's number.
            BINARY_OP_ADD_FLOAT = 4 { arg: Int, effect: |oparg, jump| (-1), cache: 1, family: BINARY_OP },
            /// Quickened form of `BINARY_OP`; CPython's number.
            BINARY_OP_ADD_INT = 5 { arg: Int, effect: |oparg, jump| (-1), cache: 1, family: BINARY_OP },
            /// Quickened form of `BINARY_OP`; CPython's number.
            BINARY_OP_ADD_UNICODE = 6 { arg: Int, effect: |oparg, jump| (-1), cache: 1, family: BINARY_OP },
            /// Quickened form of `BINARY_OP`; CPython's number.
            BINARY_OP_INPLACE_ADD_UNICODE = 7 { arg: Int, effect: |oparg, jump| (-1), cache: 1, family: BINARY_OP },
            /// Quickened form of `BINARY_OP`; CPython's number.
            BINARY_OP_MULTIPLY_FLOAT = 8 { arg: Int, effect: |oparg, jump| (-1), cache: 1, family: BINARY_OP },
            /// Quickened form of `BINARY_OP`; CPython's number.
            BINARY_OP_MULTIPLY_INT = 13 { arg: Int, effect: |oparg, jump| (-1), cache: 1, family: BINARY_OP },
            /// Quickened form of `BINARY_OP`; CPython's number.
            BINARY_OP_SUBTRACT_FLOAT = 14 { arg: Int, effect: |oparg, jump| (-1), cache: 1, family: BINARY_OP },
            /// Quickened form of `BINARY_OP`; CPython's number.
            BINARY_OP_SUBTRACT_INT = 16 { arg: Int, effect: |oparg, jump| (-1), cache: 1, family: BINARY_OP },
            /// Quickened form of `BINARY_SUBSCR`; CPython's number.
            BINARY_SUBSCR_ADAPTIVE = 17 { arg: None, effect: |oparg, jump| (-1), cache: 4, family: BINARY_SUBSCR },
            /// Quickened form of `BINARY_SUBSCR`; CPython's number.
            BINARY_SUBSCR_DICT = 18 { arg: None, effect: |oparg, jump| (-1), cache: 4, family: BINARY_SUBSCR },
            /// Quickened form of `BINARY_SUBSCR`; CPython's number.
            BINARY_SUBSCR_GETITEM = 19 { arg: None, effect: |oparg, jump| (-1), cache: 4, family: BINARY_SUBSCR },
            /// Quickened form of `BINARY_SUBSCR`; CPython's number.
            BINARY_SUBSCR_LIST_INT = 20 { arg: None, effect: |oparg, jump| (-1), cache: 4, family: BINARY_SUBSCR },
            /// Quickened form of `BINARY_SUBSCR`; CPython's number.
            BINARY_SUBSCR_TUPLE_INT = 21 { arg: None, effect: |oparg, jump| (-1), cache: 4, family: BINARY_SUBSCR },
            /// Quickened form of `CALL`; CPython's number.
            CALL_ADAPTIVE = 22 { arg: Int, effect: |oparg, jump| (-1), cache: 4, family: CALL },
            /// Quickened form of `CALL`; CPython's number.
            CALL_PY_EXACT_ARGS = 23 { arg: Int, effect: |oparg, jump| (-1), cache: 4, family: CALL },
            /// Quickened form of `CALL`; CPython's number.
            CALL_PY_WITH_DEFAULTS = 24 { arg: Int, effect: |oparg, jump| (-1), cache: 4, family: CALL },
            /// Quickened form of `COMPARE_OP`; CPython's number.
            COMPARE_OP_ADAPTIVE = 26 { arg: Compare, effect: |oparg, jump| (-1), cache: 2, family: COMPARE_OP },
            /// Quickened form of `COMPARE_OP`; CPython's number.
            COMPARE_OP_FLOAT_JUMP = 27 { arg: Compare, effect: |oparg, jump| (-1), cache: 2, family: COMPARE_OP },
            /// Quickened form of `COMPARE_OP`; CPython's number.
            COMPARE_OP_INT_JUMP = 28 { arg: Compare, effect: |oparg, jump| (-1), cache: 2, family: COMPARE_OP },
            /// Quickened form of `COMPARE_OP`; CPython's number.
            COMPARE_OP_STR_JUMP = 29 { arg: Compare, effect: |oparg, jump| (-1), cache: 2, family: COMPARE_OP },
            /// Quickened form of `EXTENDED_ARG`; CPython's number.
            EXTENDED_ARG_QUICK = 34 { arg: Int, effect: |oparg, jump| (0), cache: 0, family: EXTENDED_ARG },
            /// Quickened form of `JUMP_BACKWARD`; CPython's number.
            JUMP_BACKWARD_QUICK = 38 { arg: JumpBackward, effect: |oparg, jump| (0), cache: 0, family: JUMP_BACKWARD },
            /// Quickened form of `LOAD_ATTR`; CPython's number.
            LOAD_ATTR_ADAPTIVE = 39 { arg: Name, effect: |oparg, jump| (0), cache: 4, family: LOAD_ATTR },
            /// Quickened form of `LOAD_ATTR`; CPython's number.
            LOAD_ATTR_INSTANCE_VALUE = 40 { arg: Name, effect: |oparg, jump| (0), cache: 4, family: LOAD_ATTR },
            /// Quickened form of `LOAD_ATTR`; CPython's number.
            LOAD_ATTR_MODULE = 41 { arg: Name, effect: |oparg, jump| (0), cache: 4, family: LOAD_ATTR },
            /// Quickened form of `LOAD_ATTR`; CPython's number.
            LOAD_ATTR_SLOT = 42 { arg: Name, effect: |oparg, jump| (0), cache: 4, family: LOAD_ATTR },
            /// Quickened form of `LOAD_ATTR`; CPython's number.
            LOAD_ATTR_WITH_HINT = 43 { arg: Name, effect: |oparg, jump| (0), cache: 4, family: LOAD_ATTR },
            /// Quickened form of `LOAD_CONST`; CPython's number.
            LOAD_CONST__LOAD_FAST = 44 { arg: Const, effect: |oparg, jump| (1), cache: 0, family: LOAD_CONST },
            /// Quickened form of `LOAD_FAST`; CPython's number.
            LOAD_FAST__LOAD_CONST = 45 { arg: Local, effect: |oparg, jump| (1), cache: 0, family: LOAD_FAST },
            /// Quickened form of `LOAD_FAST`; CPython's number.
            LOAD_FAST__LOAD_FAST = 46 { arg: Local, effect: |oparg, jump| (1), cache: 0, family: LOAD_FAST },
            /// Quickened form of `LOAD_GLOBAL`; CPython's number.
            LOAD_GLOBAL_ADAPTIVE = 47 { arg: Global, effect: |oparg, jump| ((oparg & 1) + 1), cache: 5, family: LOAD_GLOBAL },
            /// Quickened form of `LOAD_GLOBAL`; CPython's number.
            LOAD_GLOBAL_BUILTIN = 48 { arg: Global, effect: |oparg, jump| ((oparg & 1) + 1), cache: 5, family: LOAD_GLOBAL },
            /// Quickened form of `LOAD_GLOBAL`; CPython's number.
            LOAD_GLOBAL_MODULE = 55 { arg: Global, effect: |oparg, jump| ((oparg & 1) + 1), cache: 5, family: LOAD_GLOBAL },
            /// Quickened form of `LOAD_METHOD`; CPython's number.
            LOAD_METHOD_ADAPTIVE = 56 { arg: Name, effect: |oparg, jump| (1), cache: 10, family: LOAD_METHOD },
            /// Quickened form of `LOAD_METHOD`; CPython's number.
            LOAD_METHOD_CLASS = 57 { arg: Name, effect: |oparg, jump| (1), cache: 10, family: LOAD_METHOD },
            /// Quickened form of `LOAD_METHOD`; CPython's number.
            LOAD_METHOD_MODULE = 58 { arg: Name, effect: |oparg, jump| (1), cache: 10, family: LOAD_METHOD },
            /// Quickened form of `LOAD_METHOD`; CPython's number.
            LOAD_METHOD_NO_DICT = 59 { arg: Name, effect: |oparg, jump| (1), cache: 10, family: LOAD_METHOD },
            /// Quickened form of `LOAD_METHOD`; CPython's number.
            LOAD_METHOD_WITH_DICT = 62 { arg: Name, effect: |oparg, jump| (1), cache: 10, family: LOAD_METHOD },
            /// Quickened form of `LOAD_METHOD`; CPython's number.
            LOAD_METHOD_WITH_VALUES = 63 { arg: Name, effect: |oparg, jump| (1), cache: 10, family: LOAD_METHOD },
            /// Quickened form of `PRECALL`; CPython's number.
            PRECALL_ADAPTIVE = 64 { arg: Int, effect: |oparg, jump| (oparg.wrapping_neg()), cache: 1, family: PRECALL },
            /// Quickened form of `PRECALL`; CPython's number.
            PRECALL_BOUND_METHOD = 65 { arg: Int, effect: |oparg, jump| (oparg.wrapping_neg()), cache: 1, family: PRECALL },
            /// Quickened form of `PRECALL`; CPython's number.
            PRECALL_BUILTIN_CLASS = 66 { arg: Int, effect: |oparg, jump| (oparg.wrapping_neg()), cache: 1, family: PRECALL },
            /// Quickened form of `PRECALL`; CPython's number.
            PRECALL_BUILTIN_FAST_WITH_KEYWORDS = 67 { arg: Int, effect: |oparg, jump| (oparg.wrapping_neg()), cache: 1, family: PRECALL },
            /// Quickened form of `PRECALL`; CPython's number.
            PRECALL_METHOD_DESCRIPTOR_FAST_WITH_KEYWORDS = 72 { arg: Int, effect: |oparg, jump| (oparg.wrapping_neg()), cache: 1, family: PRECALL },
            /// Quickened form of `PRECALL`; CPython's number.
            PRECALL_NO_KW_BUILTIN_FAST = 73 { arg: Int, effect: |oparg, jump| (oparg.wrapping_neg()), cache: 1, family: PRECALL },
            /// Quickened form of `PRECALL`; CPython's number.
            PRECALL_NO_KW_BUILTIN_O = 76 { arg: Int, effect: |oparg, jump| (oparg.wrapping_neg()), cache: 1, family: PRECALL },
            /// Quickened form of `PRECALL`; CPython's number.
            PRECALL_NO_KW_ISINSTANCE = 77 { arg: Int, effect: |oparg, jump| (oparg.wrapping_neg()), cache: 1, family: PRECALL },
            /// Quickened form of `PRECALL`; CPython's number.
            PRECALL_NO_KW_LEN = 78 { arg: Int, effect: |oparg, jump| (oparg.wrapping_neg()), cache: 1, family: PRECALL },
            /// Quickened form of `PRECALL`; CPython's number.
            PRECALL_NO_KW_LIST_APPEND = 79 { arg: Int, effect: |oparg, jump| (oparg.wrapping_neg()), cache: 1, family: PRECALL },
            /// Quickened form of `PRECALL`; CPython's number.
            PRECALL_NO_KW_METHOD_DESCRIPTOR_FAST = 80 { arg: Int, effect: |oparg, jump| (oparg.wrapping_neg()), cache: 1, family: PRECALL },
            /// Quickened form of `PRECALL`; CPython's number.
            PRECALL_NO_KW_METHOD_DESCRIPTOR_NOARGS = 81 { arg: Int, effect: |oparg, jump| (oparg.wrapping_neg()), cache: 1, family: PRECALL },
            /// Quickened form of `PRECALL`; CPython's number.
            PRECALL_NO_KW_METHOD_DESCRIPTOR_O = 113 { arg: Int, effect: |oparg, jump| (oparg.wrapping_neg()), cache: 1, family: PRECALL },
            /// Quickened form of `PRECALL`; CPython's number.
            PRECALL_NO_KW_STR_1 = 121 { arg: Int, effect: |oparg, jump| (oparg.wrapping_neg()), cache: 1, family: PRECALL },
            /// Quickened form of `PRECALL`; CPython's number.
            PRECALL_NO_KW_TUPLE_1 = 127 { arg: Int, effect: |oparg, jump| (oparg.wrapping_neg()), cache: 1, family: PRECALL },
            /// Quickened form of `PRECALL`; CPython's number.
            PRECALL_NO_KW_TYPE_1 = 141 { arg: Int, effect: |oparg, jump| (oparg.wrapping_neg()), cache: 1, family: PRECALL },
            /// Quickened form of `PRECALL`; CPython's number.
            PRECALL_PYFUNC = 143 { arg: Int, effect: |oparg, jump| (oparg.wrapping_neg()), cache: 1, family: PRECALL },
            /// Quickened form of `RESUME`; CPython's number.
            RESUME_QUICK = 150 { arg: Int, effect: |oparg, jump| (0), cache: 0, family: RESUME },
            /// Quickened form of `STORE_ATTR`; CPython's number.
            STORE_ATTR_ADAPTIVE = 153 { arg: Name, effect: |oparg, jump| (-2), cache: 4, family: STORE_ATTR },
            /// Quickened form of `STORE_ATTR`; CPython's number.
            STORE_ATTR_INSTANCE_VALUE = 154 { arg: Name, effect: |oparg, jump| (-2), cache: 4, family: STORE_ATTR },
            /// Quickened form of `STORE_ATTR`; CPython's number.
            STORE_ATTR_SLOT = 158 { arg: Name, effect: |oparg, jump| (-2), cache: 4, family: STORE_ATTR },
            /// Quickened form of `STORE_ATTR`; CPython's number.
            STORE_ATTR_WITH_HINT = 159 { arg: Name, effect: |oparg, jump| (-2), cache: 4, family: STORE_ATTR },
            /// Quickened form of `STORE_FAST`; CPython's number.
            STORE_FAST__LOAD_FAST = 161 { arg: Local, effect: |oparg, jump| (-1), cache: 0, family: STORE_FAST },
            /// Quickened form of `STORE_FAST`; CPython's number.
            STORE_FAST__STORE_FAST = 167 { arg: Local, effect: |oparg, jump| (-1), cache: 0, family: STORE_FAST },
            /// Quickened form of `STORE_SUBSCR`; CPython's number.
            STORE_SUBSCR_ADAPTIVE = 168 { arg: None, effect: |oparg, jump| (-3), cache: 1, family: STORE_SUBSCR },
            /// Quickened form of `STORE_SUBSCR`; CPython's number.
            STORE_SUBSCR_DICT = 169 { arg: None, effect: |oparg, jump| (-3), cache: 1, family: STORE_SUBSCR },
            /// Quickened form of `STORE_SUBSCR`; CPython's number.
            STORE_SUBSCR_LIST_INT = 170 { arg: None, effect: |oparg, jump| (-3), cache: 1, family: STORE_SUBSCR },
            /// Quickened form of `UNPACK_SEQUENCE`; CPython's number.
            UNPACK_SEQUENCE_ADAPTIVE = 177 { arg: Int, effect: |oparg, jump| (oparg.wrapping_sub(1)), cache: 1, family: UNPACK_SEQUENCE },
            /// Quickened form of `UNPACK_SEQUENCE`; CPython's number.
            UNPACK_SEQUENCE_LIST = 178 { arg: Int, effect: |oparg, jump| (oparg.wrapping_sub(1)), cache: 1, family: UNPACK_SEQUENCE },
            /// Quickened form of `UNPACK_SEQUENCE`; CPython's number.
            UNPACK_SEQUENCE_TUPLE = 179 { arg: Int, effect: |oparg, jump| (oparg.wrapping_sub(1)), cache: 1, family: UNPACK_SEQUENCE },
            /// Quickened form of `UNPACK_SEQUENCE`; CPython's number.
            UNPACK_SEQUENCE_TWO_TUPLE = 180 { arg: Int, effect: |oparg, jump| (oparg.wrapping_sub(1)), cache: 1, family: UNPACK_SEQUENCE },
            /// Quickened form of `RESUME` in functions that have a native twin; pyrs's own.
            RESUME_TWIN = 245 { arg: Int, effect: |oparg, jump| (0), cache: 0, family: RESUME },
            /// Quickened form of `BINARY_OP` for `%` of ints; pyrs's own.
            BINARY_OP_REMAINDER_INT = 246 { arg: Int, effect: |oparg, jump| (-1), cache: 1, family: BINARY_OP },
            /// Quickened form of `BINARY_OP` for the other operators of ints; pyrs's own.
            BINARY_OP_INT = 247 { arg: Int, effect: |oparg, jump| (-1), cache: 1, family: BINARY_OP },
            /// Quickened form of `BINARY_OP` for the other operators of floats, and of a float and an int; pyrs's own.
            BINARY_OP_FLOAT = 248 { arg: Int, effect: |oparg, jump| (-1), cache: 1, family: BINARY_OP },
            /// Quickened form of `CALL` for classes whose `__init__` is a Python function; pyrs's own.
            CALL_PY_CLASS = 249 { arg: Int, effect: |oparg, jump| (-1), cache: 4, family: CALL },
            /// Quickened form of `FOR_ITER`; pyrs's own.
            FOR_ITER_ADAPTIVE = 250 { arg: JumpForward, effect: |oparg, jump| (if jump { -1 } else { 1 }), cache: 0, family: FOR_ITER },
            /// Quickened form of `FOR_ITER`; pyrs's own.
            FOR_ITER_LIST = 251 { arg: JumpForward, effect: |oparg, jump| (if jump { -1 } else { 1 }), cache: 0, family: FOR_ITER },
            /// Quickened form of `FOR_ITER`; pyrs's own.
            FOR_ITER_TUPLE = 252 { arg: JumpForward, effect: |oparg, jump| (if jump { -1 } else { 1 }), cache: 0, family: FOR_ITER },
            /// Quickened form of `FOR_ITER`; pyrs's own.
            FOR_ITER_RANGE = 253 { arg: JumpForward, effect: |oparg, jump| (if jump { -1 } else { 1 }), cache: 0, family: FOR_ITER },
            /// Quickened form of `FOR_ITER`; pyrs's own.
            FOR_ITER_GENERATOR = 254 { arg: JumpForward, effect: |oparg, jump| (if jump { -1 } else { 1 }), cache: 0, family: FOR_ITER },
        }
    };
}
