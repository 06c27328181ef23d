//! `Opcode` and what can be asked of one, expanded from the table in `opcodes.rs`.
//!
//! CPython 3.11: `Lib/opcode.py` (`hasconst`, `hasname`, …), `Python/compile.c` (`stack_effect`).

/// What the operand of an instruction means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgKind {
    /// No operand (opcode below 90).
    None,
    /// A plain number.
    Int,
    /// Index into `co_consts`.
    Const,
    /// Index into `co_names`.
    Name,
    /// Index into `co_names`, shifted left by one; the low bit asks for a NULL below.
    Global,
    /// Index into `localsplus`.
    Local,
    /// Index into `localsplus` that must be a cell or free variable.
    Free,
    /// Index into the comparison operators.
    Compare,
    /// Distance forward, in code units, from the next instruction.
    JumpForward,
    /// Distance backward, in code units, from the next instruction.
    JumpBackward,
}

macro_rules! define_opcodes {
    ($( $(#[doc = $doc:literal])* $name:ident = $number:literal { arg: $arg:ident, effect: |$oparg:ident, $jump:ident| ($effect:expr), cache: $cache:literal, family: $family:ident }, )*) => {
        /// An instruction of CPython 3.11, quickened forms included.
        #[expect(non_camel_case_types, reason = "the names are CPython's")]
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[repr(u8)]
        pub enum Opcode { $( $(#[doc = $doc])* $name = $number, )* }

        impl Opcode {
            /// Every opcode of the table, in its order.
            pub const ALL: &'static [Opcode] = &[ $( Opcode::$name, )* ];

            /// The opcode with this number, if there is one.
            pub const fn from_u8(number: u8) -> Option<Opcode> {
                match number { $( $number => Some(Opcode::$name), )* _ => None }
            }

            /// CPython's name.
            pub const fn name(self) -> &'static str {
                match self { $( Opcode::$name => stringify!($name), )* }
            }

            /// What the operand means.
            #[inline]
            pub const fn arg_kind(self) -> ArgKind {
                match self { $( Opcode::$name => ArgKind::$arg, )* }
            }

            /// Inline cache units that follow the instruction.
            #[inline]
            pub const fn cache_units(self) -> usize {
                match self { $( Opcode::$name => $cache, )* }
            }

            /// The opcode this one is a quickened form of; itself when it is none.
            #[inline]
            pub const fn family(self) -> Opcode {
                match self { $( Opcode::$name => Opcode::$family, )* }
            }

            /// Change of the stack's depth; `jump` says whether the instruction jumps.
            #[inline]
            pub fn stack_effect(self, oparg: i32, jump: bool) -> i32 {
                match self { $( Opcode::$name => {
                    let ($oparg, $jump) = (oparg, jump);
                    let _ = ($oparg, $jump);
                    $effect
                } )* }
            }
        }
    };
}
crate::for_each_opcode!(define_opcodes);

impl Opcode {
    /// Numbers from here on have an operand (`dis.HAVE_ARGUMENT`).
    pub const HAVE_ARGUMENT: u8 = 90;

    /// Whether the instruction, unquickened, has an operand.
    #[inline]
    pub const fn has_arg(self) -> bool {
        self.family() as u8 >= Self::HAVE_ARGUMENT
    }

    /// Whether the instruction can jump.
    #[inline]
    pub const fn is_jump(self) -> bool {
        matches!(
            self.arg_kind(),
            ArgKind::JumpForward | ArgKind::JumpBackward
        )
    }

    /// Whether this is a quickened form that no code object may contain.
    #[inline]
    pub const fn is_quickened(self) -> bool {
        self as u8 != self.family() as u8
    }
}
