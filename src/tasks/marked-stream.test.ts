import fc from "fast-check";
import { expect, test } from "vitest";
import { MarkedStream, newToken } from "./marked-stream.ts";

const token = "4f1a".repeat(8);

function read(chunks: readonly Buffer[]): { readonly data: Buffer; readonly marks: string[] } {
  const data: Buffer[] = [];
  const marks: string[] = [];
  const stream = new MarkedStream(token, {
    data: (chunk) => data.push(chunk),
    mark: (verb, fields) => marks.push([verb, ...fields].join(" ")),
  });
  for (const chunk of chunks) stream.write(chunk);
  stream.end();
  return { data: Buffer.concat(data), marks };
}

test("however the bytes come, output and marks are told apart, and no byte is lost", () => {
  const output = fc.uint8Array({ maxLength: 100 }).map((bytes) => Buffer.from(bytes));
  // What looks like the beginning of a token is no token.
  const teasing = fc.integer({ min: 0, max: 31 }).map((length) => Buffer.from(token.slice(0, length)));
  fc.assert(
    fc.property(fc.array(fc.oneof(output, teasing)), fc.integer({ min: 1, max: 40 }), (parts, size) => {
      const before = Buffer.concat(parts);
      const all = Buffer.concat([before, Buffer.from(`${token} ended 0 left\n`), before]);
      const chunks = Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
        all.subarray(index * size, (index + 1) * size),
      );
      const { data, marks } = read(chunks);
      expect(marks).toEqual(["ended 0 left"]);
      expect(data).toEqual(Buffer.concat([before, before]));
    }),
  );
});

test("output goes on at once: only what may be a token waits", () => {
  const seen: string[] = [];
  const stream = new MarkedStream(token, { data: (chunk) => seen.push(chunk.toString()), mark: () => {} });
  stream.write(Buffer.from("password: "));
  expect(seen).toEqual(["password: "]);
  stream.write(Buffer.from("4f1a4"));
  expect(seen).toEqual(["password: "]);
  stream.write(Buffer.from("x"));
  expect(seen.join("")).toBe("password: 4f1a4x");
});

test("a prompt goes on whole, with whichever character it ends", () => {
  for (const end of "0123456789abcdef :?>\n") {
    const seen: string[] = [];
    const stream = new MarkedStream(newToken(), {
      data: (chunk) => seen.push(chunk.toString()),
      mark: () => {},
    });
    stream.write(Buffer.from(`password${end}`));
    expect(seen).toEqual([`password${end}`]);
  }
});
