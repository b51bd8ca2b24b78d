-- For wrk: asks for each line of the file that PATHS names, in turn. Where ONCE is set, it stops after the last.
-- ETAG goes along as If-None-Match. At the end one line of JSON: answers, failures, and times in microseconds.
local paths = {}
for line in io.lines(os.getenv("PATHS")) do paths[#paths + 1] = line end
local once, at = os.getenv("ONCE") ~= nil, 0
if os.getenv("ETAG") then wrk.headers["If-None-Match"] = os.getenv("ETAG") end

function request()
  at = at + 1
  if at >= #paths and once then wrk.thread:stop() end
  return wrk.format("GET", paths[(at - 1) % #paths + 1])
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"answers": %d, "failed": %d, "microseconds": %d, "p50": %d, "p99": %d, "bytes": %d}\n',
    summary.requests, errors.connect + errors.read + errors.write + errors.status + errors.timeout,
    summary.duration, latency:percentile(50), latency:percentile(99), summary.bytes))
end
