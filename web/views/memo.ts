/** A component that is drawn again only when one of its properties is another one. */
import { Component, type ComponentChildren, type FunctionComponent, h } from "preact";

export function memo<Props extends object>(
  view: (props: Props) => ComponentChildren,
): FunctionComponent<Props> {
  class Memo extends Component<Props> {
    override shouldComponentUpdate(next: Readonly<Props>): boolean {
      return differ(this.props, next);
    }
    override render(): ComponentChildren {
      return view(this.props);
    }
  }
  return (props) => h(Memo, props);
}

function differ<Props extends object>(a: Readonly<Props>, b: Readonly<Props>): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof Props>;
  return [...names].some((name) => a[name] !== b[name]);
}
