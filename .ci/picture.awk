# Draws the last memory report on standard input as an SVG: a terminal, with colours for places, sizes and pads.

function escaped(text) {
  gsub(/&/, "\\&amp;", text)
  gsub(/</, "\\&lt;", text)
  gsub(/>/, "\\&gt;", text)
  return text
}

function part(class, text) { return "<tspan class=\"" class "\">" escaped(text) "</tspan>" }

function drawn(line,   row, pad) {
  if (line ~ /^(Top|bytes of)/) return part("head", line)
  if (line ~ /^(total|coverage|Total|Change)/) return part("sum", line)
  if (match(line, /^#[0-9]+: [^ ]+: /)) {
    row = part("dim", substr(line, 1, index(line, ":")))
    row = row part("place", substr(line, index(line, ":") + 1, RLENGTH - index(line, ":") - 1))
    line = substr(line, RLENGTH)
    pad = match(line, /   [^ ]+$/) ? part("pad", substr(line, RSTART)) : ""
    return row part("size", pad == "" ? line : substr(line, 1, RSTART - 1)) pad
  }
  if (match(line, /^[^ ]+:(src|snk|inl):[^ ]+/))
    return part("pad", substr(line, 1, RLENGTH)) part("size", substr(line, RLENGTH + 1))
  if (line ~ /^    /) return part("code", line)
  return part("rest", line)
}

# A report begins with a ruler, and the last one is drawn.
/^\[MEMPROF\] ---/ { count = 0; next }

sub(/^\[MEMPROF\] \| ?/, "") { lines[++count] = $0 }

END {
  height = 20 * count + 32
  printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 700 %d\" width=\"700\" height=\"%d\">\n", height, height
  print "<style>"
  print "text { font: 14px ui-monospace, SFMono-Regular, Menlo, Consolas, \"DejaVu Sans Mono\", monospace; white-space: pre }"
  print ".head { fill: #f0f6fc; font-weight: bold } .sum { fill: #f0f6fc } .dim, .rest { fill: #8b949e }"
  print ".place { fill: #79c0ff } .size { fill: #e3b341 } .pad { fill: #7ee787 } .code { fill: #c9d1d9; font-style: italic }"
  print "</style>"
  print "<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#0d1117\"/>"
  for (i = 1; i <= count; i++) if (lines[i] != "")
    print "<text x=\"20\" y=\"" 20 * i + 10 "\" xml:space=\"preserve\">" drawn(lines[i]) "</text>"
  print "</svg>"
}
