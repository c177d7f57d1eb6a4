//! Elements without the macros, which do in a stride what they like.

/// A sink of frames of `$T` with the field `state` and a stride of its own.
macro_rules! sink_by_hand {
    ($Sink:ident, $Handle:ident, $T:ty, $State:ty, $access:ident, |$element:ident, $step:ident| $body:block) => {
        pub(crate) struct $Sink {
            pub(crate) state: $State,
        }

        pub(crate) struct $Handle {
            id: sgn::pad::ElementId,
            pub(crate) x: sgn::pad::SinkPad<$T>,
        }

        impl sgn::element::Handle for $Handle {
            type Element = $Sink;

            fn id(&self) -> sgn::pad::ElementId {
                self.id
            }
        }

        impl sgn::element::Element for $Sink {
            const FACTS: sgn::__private::FactsOf<Self> = (
                sgn::element::Role::Sink,
                sgn::__private::place!(stringify!($Sink)),
                None,
            );
            type Handle = $Handle;

            fn handle(parts: &sgn::__private::HandleParts) -> $Handle {
                $Handle {
                    id: parts.id(),
                    x: parts.sink("x"),
                }
            }

            fn into_new(
                self,
                settings: &mut sgn::__private::Settings,
            ) -> sgn::Result<sgn::element::NewElement> {
                let ports = sgn::__private::PortList::none();
                let access = sgn::pad::Access::$access;
                let ports = ports.sink("x", access, sgn::__private::Probe::<$T>::__SGN_CLONE);
                <Self as sgn::__private::SendElement>::into_new(
                    self,
                    settings,
                    ports,
                    |$element: &mut Self, $step| $body,
                )
            }
        }

        impl sgn::element::IntoElement for $Sink {
            type Element = Self;

            fn into_element(self) -> sgn::Result<(sgn::__private::Settings, Self)> {
                Ok((sgn::__private::Settings::new("snk"), self))
            }
        }
    };
}

pub(crate) use sink_by_hand;
