import { expect, test } from "vitest";
import { koReason } from "./ko-reasons.ts";

test.each([
  ["runs and is healthy", "정상으로 실행 중입니다"],
  ["runs and is healthy; its server group is disabled", "정상으로 실행 중입니다; 서버 그룹이 비활성화되어 있습니다"],
  ["waits for GET /health to succeed", "GET /health 요청이 성공하기를 기다립니다"],
  ["GET /health answered 503", "GET /health의 응답이 503입니다"],
  ["exited with status 1, starts again in 4 s", "종료 상태 1(으)로 끝났습니다; 4 초 뒤에 다시 시작합니다"],
  [
    "exited with status 1 after 3 s. Last output: no port; bye (failure 4 in a row); starts again after 8 s",
    "3 초 만에 종료 상태 1(으)로 끝났습니다. 마지막 출력: no port; bye (4번 연속 실패); 8 초 뒤에 다시 시작합니다",
  ],
  [
    "was ended by SIGKILL after 2 min; starts again now",
    "2 분 만에 SIGKILL 신호로 종료되었습니다; 지금 다시 시작합니다",
  ],
  [
    "could not be started: spawn ENOENT; starts again after 1 s",
    "시작하지 못했습니다: spawn ENOENT; 1 초 뒤에 다시 시작합니다",
  ],
  ["something the server learns next year", "something the server learns next year"],
  ["", ""],
])("%s", (english, korean) => {
  expect(koReason(english)).toBe(korean);
});
