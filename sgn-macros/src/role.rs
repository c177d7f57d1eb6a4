//! What there is to choose from, as tables: roles, directions, callbacks, rules about pads.

/// What an element does with frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// Gives frames.
    Source,
    /// Takes frames and gives frames.
    Transform,
    /// Takes frames.
    Sink,
}

impl Role {
    /// All roles, in the order in which frames meet them.
    pub(crate) const ALL: [Self; 3] = [Self::Source, Self::Transform, Self::Sink];

    /// The name of the attribute, without its path.
    pub(crate) const fn attribute(self) -> &'static str {
        match self {
            Self::Source => "source",
            Self::Transform => "transform",
            Self::Sink => "sink",
        }
    }

    /// The name of the role as a variant of `sgn::element::Role` and as a marker type.
    pub(crate) const fn variant(self) -> &'static str {
        match self {
            Self::Source => "Source",
            Self::Transform => "Transform",
            Self::Sink => "Sink",
        }
    }

    /// Whether elements of this role have sink pads, which take frames.
    pub(crate) const fn takes(self) -> bool {
        matches!(self, Self::Transform | Self::Sink)
    }

    /// Whether elements of this role have source pads, which give frames.
    pub(crate) const fn gives(self) -> bool {
        matches!(self, Self::Source | Self::Transform)
    }

    /// The role of the attribute called `name`, if it is one.
    pub(crate) fn from_attribute(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.attribute() == name)
    }
}

/// Which way frames cross a pad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Direction {
    /// A source pad: frames leave the element.
    Source,
    /// A sink pad: frames enter the element.
    Sink,
}

impl Direction {
    /// The direction that a method's name announces: `pull` and `pull_x` take, `new` and `new_x` give.
    pub(crate) fn of_method(name: &str) -> Option<Self> {
        let announces = |word: &str| {
            name.strip_prefix(word)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
        };
        if announces("pull") {
            Some(Self::Sink)
        } else if announces("new") {
            Some(Self::Source)
        } else {
            None
        }
    }

    /// What stands for it in the full name of a pad.
    pub(crate) const fn tag(self) -> &'static str {
        match self {
            Self::Source => "src",
            Self::Sink => "snk",
        }
    }

    /// The word that opens the names of this direction's methods.
    pub(crate) const fn method(self) -> &'static str {
        match self {
            Self::Source => "new",
            Self::Sink => "pull",
        }
    }
}

/// Which method without a pad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CallbackKind {
    /// `internal`: between pulling and giving.
    Internal,
    /// `on_startup`: before the first stride.
    OnStartup,
    /// `on_build`: checks the configuration.
    OnBuild,
    /// `eos_error`: an error to report after the end.
    EosError,
}

impl CallbackKind {
    /// All of them.
    pub(crate) const ALL: [Self; 4] = [
        Self::Internal,
        Self::OnStartup,
        Self::OnBuild,
        Self::EosError,
    ];

    /// The name of the method.
    pub(crate) const fn method(self) -> &'static str {
        match self {
            Self::Internal => "internal",
            Self::OnStartup => "on_startup",
            Self::OnBuild => "on_build",
            Self::EosError => "eos_error",
        }
    }

    pub(crate) fn of_method(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.method() == name)
    }
}

/// Which rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RuleKind {
    OneToOne,
    OneToMany,
    ManyToOne,
    NumPads,
    PadNamesMatch,
    SinglePad,
}

impl RuleKind {
    pub(crate) const ALL: [Self; 6] = [
        Self::OneToOne,
        Self::OneToMany,
        Self::ManyToOne,
        Self::NumPads,
        Self::PadNamesMatch,
        Self::SinglePad,
    ];

    /// The name of the option, and of the function of `PadRules`.
    pub(crate) const fn option(self) -> &'static str {
        match self {
            Self::OneToOne => "one_to_one",
            Self::OneToMany => "one_to_many",
            Self::ManyToOne => "many_to_one",
            Self::NumPads => "num_pads",
            Self::PadNamesMatch => "pad_names_match",
            Self::SinglePad => "single_pad",
        }
    }

    pub(crate) fn called(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.option() == name)
    }

    /// Whether it means something for elements of that role.
    pub(crate) const fn is_for(self, role: Role) -> bool {
        match self {
            Self::OneToOne | Self::OneToMany | Self::ManyToOne | Self::PadNamesMatch => {
                matches!(role, Role::Transform)
            }
            Self::SinglePad => !matches!(role, Role::Transform),
            Self::NumPads => true,
        }
    }
}
