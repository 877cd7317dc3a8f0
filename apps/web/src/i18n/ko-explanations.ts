import type { Explanations } from "./explain.ts";

/**
 * Explanations by the server's codes. `partly` keeps the server's sentence below the translation, because only that one
 * has the names and figures.
 */
export const koExplanations: Explanations = {
  "wait.time": {
    text: ({ seconds }) => (typeof seconds === "number" ? `정해진 시간(${seconds}초) 동안 기다립니다.` : null),
  },
  "access.secondPerson": {
    text: ({ startedBy }) =>
      typeof startedBy === "string"
        ? `두 번째 사람을 기다립니다. ${startedBy} 님이 시작한 실행이므로, 판단할 수 있는 다른 사람이 계속하게 해야 합니다.`
        : null,
  },
  "wait.until": { text: "정해진 시각까지 기다립니다.", partly: true },
  "wait.condition": { text: "조건이 충족되기를 기다립니다.", partly: true },
  "engine.paused": {
    text: ({ application, pausedBy, reason }) =>
      typeof pausedBy === "string"
        ? `${pausedBy} 님이 ${typeof application === "string" ? `애플리케이션 ${application}의 실행` : "엔진 전체"}을 일시 중지했습니다.${typeof reason === "string" ? ` 사유: ${reason}` : ""}`
        : null,
  },
  "freeze.closed": {
    text: ({ calendar, reason, opensAt }) =>
      typeof calendar === "string"
        ? `동결 캘린더 “${calendar}” 때문에 기다립니다.${typeof opensAt === "string" ? ` 해제: ${opensAt}.` : ""}${typeof reason === "string" ? ` 사유: ${reason}` : ""} 예외를 추가하면 바로 진행합니다.`
        : null,
  },
  "window.closed": {
    text: ({ opensAt }) =>
      typeof opensAt === "string" ? `실행 시간대가 열리기를 기다립니다. 열리는 시각: ${opensAt}` : null,
  },
  "execution.restartWaits": { text: "다른 실행이 끝나면 다시 시작합니다.", partly: true },
  "artifact.unmatched": { text: "필요한 아티팩트를 찾지 못했습니다.", partly: true },
  "judgment.waiting": { text: "담당자의 결정을 기다립니다.", partly: true },
  "judgment.refused": { text: "결정이 받아들여지지 않았습니다. 권한이 있는 담당자를 기다립니다.", partly: true },
  "judgment.stop": {
    text: ({ judgedBy }) =>
      `${typeof judgedBy === "string" ? judgedBy : "담당자"} 님이 여기서 중단하기로 결정했습니다.`,
  },
  "execution.waitingForOthers": { text: "동시 실행 제한이 있어 이 파이프라인의 다른 실행이 끝나기를 기다립니다." },
  "execution.noInitialStage": { text: "선행 조건이 없는 스테이지가 없어 시작할 수 없습니다." },
  "execution.stuck": {
    text: "절대 시작할 수 없는 스테이지가 있습니다. 파이프라인의 선행 조건을 고치세요.",
    partly: true,
  },
  "stage.unknownType": {
    text: ({ type }) => `이 서버는 ${typeof type === "string" ? type : "이"} 스테이지 종류를 알지 못합니다.`,
    partly: true,
  },
  "stage.failedExpressions": { text: "스테이지의 표현식을 평가하지 못했습니다.", partly: true },
  "stage.planningFailed": { text: "스테이지를 준비하지 못했습니다.", partly: true },
  "stage.unreachable": { text: "선행 스테이지가 없어 이 스테이지는 시작할 수 없습니다.", partly: true },
  "stage.fields": { text: "스테이지 설정이 올바르지 않아 실행할 수 없습니다.", partly: true },
  "task.failed": { text: "태스크가 실패했습니다.", partly: true },
  "task.timedOut": {
    text: ({ timeoutMs }) =>
      typeof timeoutMs === "number" ? `태스크가 제한 시간 ${timeoutMs / 1000}초를 넘겼습니다.` : null,
  },
  "pipeline.waiting": { text: "하위 파이프라인이 끝나기를 기다립니다.", partly: true },
  "pipeline.childFailed": { text: "하위 파이프라인이 실패했습니다.", partly: true },
  "pipeline.childCanceled": { text: "하위 파이프라인이 취소되었습니다.", partly: true },
  "pipeline.missing": { text: "실행할 파이프라인이 없습니다.", partly: true },
  "pipeline.disabled": { text: "실행할 파이프라인이 비활성화되어 있습니다.", partly: true },
  "pipeline.depth": { text: "파이프라인이 서로를 너무 깊이 호출합니다.", partly: true },
  "webhook.retry": { text: "웹훅을 다시 시도합니다.", partly: true },
  "webhook.waiting": { text: "웹훅이 시작한 작업이 끝나기를 기다립니다.", partly: true },
  "webhook.status": { text: "웹훅이 오류 상태로 응답했습니다.", partly: true },
  "webhook.noAnswer": { text: "웹훅이 응답하지 않았습니다.", partly: true },
  "webhook.failed": { text: "웹훅이 시작한 작업이 실패했습니다.", partly: true },
  "webhook.canceled": { text: "웹훅이 시작한 작업이 취소되었습니다.", partly: true },
  "script.running": { text: "스크립트가 실행 중입니다." },
  "script.elsewhere": { text: "다른 서버에서 스크립트가 실행 중입니다.", partly: true },
  "script.properties": { text: "스크립트의 속성 파일을 읽지 못했습니다.", partly: true },
  "pipelines.waiting": { text: "하위 파이프라인들이 끝나기를 기다립니다.", partly: true },
  "pipelines.failed": { text: "하위 파이프라인 중 실패한 것이 있습니다.", partly: true },
  "pipelines.notSaved": { text: "저장하지 못한 파이프라인이 있습니다.", partly: true },
  "stage.expressions": { text: "표현식을 평가하지 못했습니다.", partly: true },
  "monitor.retry": { text: "배포 모니터가 응답하지 않아 다시 묻습니다.", partly: true },
  "loadBalancer.down": { text: "로드 밸런서가 작동하지 않습니다.", partly: true },
  "script.failed": { text: "스크립트가 실패했습니다.", partly: true },
  "script.lost": { text: "스크립트 프로세스가 종료 상태를 남기지 않고 사라졌습니다.", partly: true },
  "script.disabled": { text: "이 서버에서는 스크립트가 꺼져 있습니다.", partly: true },
  "monitor.waiting": { text: "배포 모니터의 판단을 기다립니다.", partly: true },
  "monitor.abort": { text: "배포 모니터가 배포를 중단시켰습니다.", partly: true },
  "monitor.unsure": { text: "배포 모니터가 판단하지 못했습니다.", partly: true },
  "rollback.image": { text: "롤백할 이전 이미지를 알 수 없습니다.", partly: true },
  "precondition.stageMissing": { text: "이 실행에는 확인할 스테이지가 없습니다.", partly: true },
  "serverGroup.instances": { text: "인스턴스가 정상 상태가 되기를 기다립니다.", partly: true },
  "serverGroup.shrinking": { text: "인스턴스가 줄어들기를 기다립니다.", partly: true },
  "serverGroup.failed": { text: "서버 그룹이 실패했습니다.", partly: true },
  "serverGroup.noProgress": { text: "서버 그룹이 제한 시간 안에 진행되지 않았습니다.", partly: true },
  "serverGroup.missing": { text: "대상 서버 그룹이 없습니다.", partly: true },
  "serverGroup.gone": { text: "서버 그룹이 더 이상 존재하지 않습니다.", partly: true },
  "manifest.unstable": { text: "배포한 객체가 안정되기를 기다립니다.", partly: true },
  "manifest.deleting": { text: "객체가 삭제되기를 기다립니다.", partly: true },
  "manifest.failed": { text: "배포한 객체가 실패했습니다.", partly: true },
  "manifest.missing": { text: "대상 객체가 클러스터에 없습니다.", partly: true },
  "manifest.noTarget": { text: "조건에 맞는 객체가 클러스터에 없습니다.", partly: true },
  "manifest.target": { text: "스테이지의 대상이 올바르지 않습니다.", partly: true },
  "manifest.unable": { text: "이 종류의 객체에는 할 수 없는 작업입니다.", partly: true },
  "manifest.rule": { text: "이 매니페스트는 배포할 수 없습니다.", partly: true },
  "manifest.traffic": { text: "트래픽 설정이 규칙에 맞지 않습니다.", partly: true },
  "manifest.rollout": { text: "롤아웃을 바꿀 수 없습니다.", partly: true },
  "manifest.selector": { text: "레이블 조건이 올바르지 않습니다.", partly: true },
  "manifest.nothingSelected": { text: "레이블 조건에 맞는 매니페스트가 없습니다.", partly: true },
  "manifest.unreadable": { text: "매니페스트를 읽을 수 없습니다.", partly: true },
  "manifest.noSource": { text: "스테이지에 매니페스트가 없습니다.", partly: true },
  "manifest.none": { text: "배포할 매니페스트가 없습니다.", partly: true },
  "manifest.noPatch": { text: "스테이지에 패치가 없습니다.", partly: true },
  "manifest.noLoadBalancer": { text: "지정한 로드 밸런서가 클러스터에 없습니다.", partly: true },
  "artifact.unbound": { text: "필요한 아티팩트가 연결되어 있지 않습니다.", partly: true },
  "job.running": { text: "작업이 끝나기를 기다립니다.", partly: true },
  "job.failed": { text: "작업이 실패했습니다.", partly: true },
  "job.gone": { text: "작업이 끝나기 전에 삭제되었습니다.", partly: true },
  "job.properties": { text: "작업의 로그에서 속성을 읽지 못했습니다.", partly: true },
  "bake.failed": { text: "매니페스트를 만들지 못했습니다.", partly: true },
  "bake.noProgram": { text: "매니페스트를 만드는 데 필요한 프로그램이 이 서버에 없습니다.", partly: true },
  "bake.template": { text: "템플릿을 처리하지 못했습니다.", partly: true },
  "kubernetes.unreachable": { text: "클러스터가 응답하지 않습니다.", partly: true },
  "kubernetes.forbidden": { text: "클러스터가 권한 부족으로 거부했습니다.", partly: true },
  "kubernetes.conflict": { text: "다른 관리자가 소유한 필드와 충돌합니다.", partly: true },
  "kubernetes.invalid": { text: "클러스터가 매니페스트를 거부했습니다.", partly: true },
  "traffic.rising": { text: "라우터가 새 서버 그룹에 트래픽을 보내기를 기다립니다.", partly: true },
  "traffic.falling": { text: "라우터가 트래픽을 거두기를 기다립니다.", partly: true },
  "traffic.draining": { text: "처리 중인 요청이 끝나기를 기다립니다.", partly: true },
  "traffic.shifting": { text: "라우터가 새 트래픽 비율을 적용하기를 기다립니다.", partly: true },
  "traffic.verifying": { text: "측정된 트래픽 비율이 설정과 맞는지 확인하고 있습니다.", partly: true },
  "traffic.mismatch": { text: "측정된 트래픽 비율이 설정과 다릅니다.", partly: true },
  traffic_guard: {
    text: "트래픽 가드가 이 작업을 막았습니다. 이 작업을 하면 서비스 중인 서버 그룹이 남지 않습니다.",
    partly: true,
  },
  "loadBalancer.starting": { text: "로드 밸런서가 준비되기를 기다립니다.", partly: true },
  "cluster.invalid": { text: "클러스터 설정이 올바르지 않아 배포할 수 없습니다.", partly: true },
  "account.missing": { text: "지정한 계정이 없습니다.", partly: true },
  "region.missing": { text: "계정에 지정한 리전이 없습니다.", partly: true },
  "rollback.none": { text: "롤백할 이전 서버 그룹이 없습니다.", partly: true },
  "canary.collecting": {
    text: ({ run, runs }) =>
      typeof run === "number" && typeof runs === "number"
        ? `전체 ${runs}회 중 ${run}회차 판정에 쓸 메트릭을 모으고 있습니다.`
        : null,
  },
  "canary.failed": { text: "카나리 점수가 기준에 미치지 못했습니다." },
  "canary.belowPass": { text: "최종 카나리 점수가 통과 기준보다 낮습니다." },
  "canary.noData": { text: "데이터가 부족해 카나리를 판정할 수 없습니다.", partly: true },
  "canary.draining": { text: "카나리 서버 그룹의 트래픽이 없어지기를 기다립니다.", partly: true },
  "canary.destroying": { text: "카나리 서버 그룹을 삭제하지 못해 다시 시도합니다.", partly: true },
  "canary.delayBeforeCleanup": { text: "조사할 수 있도록 카나리 서버 그룹을 잠시 남겨 둡니다.", partly: true },
  "canary.configMissing": { text: "카나리 설정을 찾을 수 없습니다.", partly: true },
  "health.healthy": { text: "원하는 수의 인스턴스가 모두 정상입니다." },
  "health.empty": { text: "원하는 인스턴스 수가 0이며 실행 중인 것이 없습니다." },
  "health.stopping": { text: "종료 중인 인스턴스가 있습니다." },
  "health.starting": { text: "인스턴스를 시작하고 있습니다.", partly: true },
  "health.destroying": { text: "삭제하는 중입니다.", partly: true },
  "health.crashLoop": { text: "인스턴스가 반복해서 비정상 종료됩니다.", partly: true },
  "health.progressDeadlineExceeded": { text: "제한 시간 안에 정상 상태가 되지 못했습니다.", partly: true },
};
