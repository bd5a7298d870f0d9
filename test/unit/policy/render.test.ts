import assert from "node:assert/strict";
import { policyFileName, presetWarning, renderPolicy } from "../../../lib/policy/render";
import type { PolicyOptions } from "../../../lib/shared/policy-options";
import { english } from "../../support/english";
import { INTERFACE, NAME, policy } from "../../support/policies";

const HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
`;

const FILES: readonly (readonly [title: string, options: PolicyOptions, content: string])[] = [
  [
    "restricted: the user owns and calls, root calls",
    policy({ user: "nodered" }),
    `  <policy user="nodered">
    <allow own="com.example.Flow1"/>
    <allow send_destination="com.example.Flow1"/>
  </policy>
  <policy user="root">
    <allow send_destination="com.example.Flow1"/>
  </policy>
`,
  ],
  [
    "restricted, with a group that calls",
    policy({ group: "staff" }),
    `  <policy user="nobody">
    <allow own="com.example.Flow1"/>
    <allow send_destination="com.example.Flow1"/>
  </policy>
  <policy user="root">
    <allow send_destination="com.example.Flow1"/>
  </policy>
  <policy group="staff">
    <allow send_destination="com.example.Flow1"/>
  </policy>
`,
  ],
  [
    "restricted for root: one block",
    policy({ user: "root" }),
    `  <policy user="root">
    <allow own="com.example.Flow1"/>
    <allow send_destination="com.example.Flow1"/>
  </policy>
`,
  ],
  [
    "open: anyone calls",
    policy({ preset: "open" }),
    `  <policy user="nobody">
    <allow own="com.example.Flow1"/>
  </policy>
  <policy context="default">
    <allow send_destination="com.example.Flow1"/>
  </policy>
`,
  ],
  [
    "scoped: anyone calls the exported interface and reads properties",
    policy({ preset: "scoped", interfaces: [INTERFACE] }),
    `  <policy user="nobody">
    <allow own="com.example.Flow1"/>
  </policy>
  <policy context="default">
    <allow send_destination="com.example.Flow1" send_interface="com.example.Flow1.Lamp"/>
    <allow send_destination="com.example.Flow1" send_interface="org.freedesktop.DBus.Introspectable"/>
    <allow send_destination="com.example.Flow1" send_interface="org.freedesktop.DBus.Peer"/>
    <allow send_destination="com.example.Flow1" send_interface="org.freedesktop.DBus.Properties" send_member="Get"/>
    <allow send_destination="com.example.Flow1" send_interface="org.freedesktop.DBus.Properties" send_member="GetAll"/>
    <allow send_destination="com.example.Flow1" send_interface="org.freedesktop.DBus.ObjectManager"/>
  </policy>
`,
  ],
  [
    "scoped for a group that may write properties, without an interface of its own",
    policy({ preset: "scoped", group: "staff", writable: true }),
    `  <policy user="nobody">
    <allow own="com.example.Flow1"/>
  </policy>
  <policy group="staff">
    <allow send_destination="com.example.Flow1" send_interface="org.freedesktop.DBus.Introspectable"/>
    <allow send_destination="com.example.Flow1" send_interface="org.freedesktop.DBus.Peer"/>
    <allow send_destination="com.example.Flow1" send_interface="org.freedesktop.DBus.Properties" send_member="Get"/>
    <allow send_destination="com.example.Flow1" send_interface="org.freedesktop.DBus.Properties" send_member="GetAll"/>
    <allow send_destination="com.example.Flow1" send_interface="org.freedesktop.DBus.Properties" send_member="Set"/>
    <allow send_destination="com.example.Flow1" send_interface="org.freedesktop.DBus.ObjectManager"/>
  </policy>
`,
  ],
  [
    "client: the user calls, nobody owns",
    policy({ preset: "client", destination: "org.bluez" }),
    `  <policy user="nobody">
    <allow send_destination="org.bluez"/>
  </policy>
`,
  ],
  [
    "permissive: what tutorials show",
    policy({ preset: "permissive" }),
    `  <policy context="default">
    <allow own="com.example.Flow1"/>
    <allow send_destination="com.example.Flow1"/>
    <allow receive_sender="com.example.Flow1"/>
  </policy>
`,
  ],
];

describe("renderPolicy", () => {
  for (const [title, options, content] of FILES) {
    it(title, () => assert.equal(renderPolicy(options), `${HEAD}${content}</busconfig>\n`));
  }

  it("puts several names into one file, with one block for each user", () => {
    assert.equal(
      renderPolicy(policy(), policy({ name: "com.example.Flow2" })),
      `${HEAD}  <policy user="nobody">
    <allow own="com.example.Flow1"/>
    <allow send_destination="com.example.Flow1"/>
    <allow own="com.example.Flow2"/>
    <allow send_destination="com.example.Flow2"/>
  </policy>
  <policy user="root">
    <allow send_destination="com.example.Flow1"/>
    <allow send_destination="com.example.Flow2"/>
  </policy>
</busconfig>
`,
    );
  });

  it("leaves alone what the preset has no use for", () => {
    const options = { group: "*", interfaces: ["no"], writable: true, destination: "" } as const;
    assert.equal(renderPolicy(policy({ preset: "open", ...options })), renderPolicy(policy({ preset: "open" })));
  });
});

describe("policyFileName", () => {
  it("is the owned name", () => assert.equal(policyFileName(policy({ preset: "open" })), `${NAME}.conf`));

  it("names both ends of a client, so that it is not the service's own file", () => {
    const client = policy({ preset: "client", destination: "org.bluez" });
    assert.equal(policyFileName(client), "org.bluez-client-nobody.conf");
    assert.equal(policyFileName({ ...client, user: "EXAMPLE\\jane doe" }), "org.bluez-client-EXAMPLE_jane_doe.conf");
  });
});

describe("presetWarning", () => {
  it("says what is wrong with permissive, and of no other", () => {
    const warning = presetWarning(policy({ preset: "permissive" }));
    assert.ok(warning);
    assert.match(english(warning), /any user on this machine may own com\.example\.Flow1/);
    for (const preset of ["restricted", "open", "scoped", "client"] as const) {
      assert.equal(presetWarning(policy({ preset })), undefined);
    }
  });
});
