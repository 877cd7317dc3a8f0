import type { Messages } from "./en.ts";

/** Names of states, stage types and tasks in Korean. */
export const koStates: Pick<Messages, "states" | "instanceStates" | "health" | "stageTypes" | "tasks"> = {
  states: {
    NOT_STARTED: "시작 전", RUNNING: "실행 중", PAUSED: "일시 중지", SUSPENDED: "보류", SUCCEEDED: "성공", FAILED_CONTINUE: "실패, 계속 진행",
    SKIPPED: "건너뜀", TERMINAL: "실패", CANCELED: "취소됨", STOPPED: "중단됨", REDIRECT: "다시 실행", BUFFERED: "대기열", DECISION: "승인 필요",
  },
  instanceStates: {
    up: "정상", starting: "시작 중", down: "다운", outOfService: "트래픽 제외", stopping: "종료 중", stopped: "종료됨", unknown: "알 수 없음",
  },
  health: { stable: "안정", progressing: "진행 중", paused: "일시 중지", failed: "실패" },
  stageTypes: {
    wait: "대기", manualJudgment: "수동 승인", checkPreconditions: "사전 조건 확인", webhook: "웹훅", pipeline: "파이프라인 실행", deploy: "배포",
    createServerGroup: "서버 그룹 생성", cloneServerGroup: "서버 그룹 복제", resizeServerGroup: "서버 그룹 크기 조정", enableServerGroup: "서버 그룹 활성화",
    disableServerGroup: "서버 그룹 비활성화", destroyServerGroup: "서버 그룹 삭제", rollbackServerGroup: "서버 그룹 롤백", rollbackCluster: "클러스터 롤백",
    disableCluster: "클러스터 비활성화", shrinkCluster: "클러스터 정리", scaleDownCluster: "클러스터 축소", kayentaCanary: "카나리 분석", runCanary: "카나리 실행",
    upsertLoadBalancer: "로드 밸런서 설정", shiftTraffic: "트래픽 전환",
  },
  tasks: {
    aggregateCanaryResults: "카나리 결과 집계", checkPrecondition: "사전 조건 확인", checkRemainingServerGroups: "남은 서버 그룹 확인", checkRollback: "롤백 가능 여부 확인",
    checkTrafficGuards: "트래픽 가드 확인", completeParallelDeploy: "병렬 배포 마무리", createServerGroup: "서버 그룹 생성", createWebhook: "웹훅 호출",
    destroyCanaryServerGroups: "카나리 서버 그룹 삭제", destroyServerGroup: "서버 그룹 삭제", determineCapacity: "목표 크기 결정", determineRollbackCandidates: "롤백 대상 결정",
    determineServerGroups: "서버 그룹 선택", determineSourceServerGroup: "기준 서버 그룹 결정", determineTargetServerGroup: "대상 서버 그룹 결정", determineWeights: "가중치 결정",
    disableCluster: "클러스터 비활성화", disableServerGroup: "서버 그룹 비활성화", enableServerGroup: "서버 그룹 활성화", enableServerGroups: "서버 그룹 활성화",
    findBaselineArtifact: "베이스라인 아티팩트 찾기", lowerTrafficShare: "트래픽 비율 낮추기", monitorPipeline: "파이프라인 완료 대기", monitorWebhook: "웹훅 완료 대기",
    prepareCanary: "카나리 준비", propagateDeployedServerGroupScopes: "배포된 서버 그룹을 분석 범위로 설정", reportServerGroup: "서버 그룹 결과 기록",
    resizeServerGroup: "서버 그룹 크기 조정", runCanaryIntervals: "카나리 구간 실행", scaleDown: "축소", scaleDownCluster: "클러스터 축소", setWeights: "가중치 설정",
    settleFailedDeploy: "실패한 배포 정리", shift: "트래픽 전환", shrinkCluster: "클러스터 정리", startPipeline: "파이프라인 시작", upsertLoadBalancer: "로드 밸런서 설정",
    verifySplit: "트래픽 분배 확인", wait: "대기", waitBeforeCleanup: "정리 전 대기", waitBeforeMonitor: "모니터링 전 대기", waitForCapacity: "목표 크기 대기",
    waitForFewerInstances: "인스턴스 축소 대기", waitForJudgment: "승인 대기", waitForRequestsInFlight: "처리 중인 요청 대기", waitForRouter: "라우터 반영 대기",
    waitForRouters: "라우터 반영 대기", waitForUpInstances: "인스턴스 정상화 대기", zeroCanaryTraffic: "카나리 트래픽 차단",
  },
};
