import { Module, type DynamicModule } from '@nestjs/common';
import { PlatformModule, type PlatformOptions } from '@qiongtong/platform';
import { AbandonedBatches } from './batches/abandoned-batches';
import { BatchStore } from './batches/batch.store';
import { BatchesController } from './batches/batches.controller';
import { BatchesService } from './batches/batches.service';
import { ReportsService } from './batches/reports.service';
import { Blobs } from './blobs/blobs';
import { FileBlobs } from './blobs/file-blobs';
import { ChangeStore } from './changes/change.store';
import { ChangesRetention } from './changes/changes-retention';
import { ChangesService } from './changes/changes.service';
import { ChannelKey } from './channel/channel-key';
import { ChannelRows } from './channel/channel-rows';
import { ChannelService } from './channel/channel.service';
import { ProviderCalls } from './channel/provider-calls';
import { ProviderHealth } from './channel/provider-health';
import { ExchangeConfig } from './config';
import { Deliveries } from './deliveries/deliveries';
import { HashKeys } from './deliveries/hash-keys';
import { Disposer } from './disposals/disposer';
import { DisposalStore } from './disposals/disposal.store';
import { DisposalsController } from './disposals/disposals.controller';
import { DisposalsService } from './disposals/disposals.service';
import { Remains } from './disposals/remains';
import { EndpointStore } from './endpoints/endpoint.store';
import { EndpointsController } from './endpoints/endpoints.controller';
import { EndpointsService } from './endpoints/endpoints.service';
import { Nodes } from './endpoints/nodes';
import { ExportOutcomes } from './exports/export-outcomes';
import { ExportPermission } from './exports/export-permission';
import { ExportRun } from './exports/export-run';
import { ExportRuns } from './exports/export-runs';
import { ExportSnapshot } from './exports/export-snapshot';
import { ExportUpkeep } from './exports/export-upkeep';
import { ExportStore } from './exports/export.store';
import { ExportsController } from './exports/exports.controller';
import { ExportsService } from './exports/exports.service';
import { RedemptionsService } from './exports/redemptions.service';
import { HoldStore } from './holds/hold.store';
import { Holding } from './holds/holding';
import { HoldsController } from './holds/holds.controller';
import { HoldsService } from './holds/holds.service';
import { HashKeyDestructionController, HashKeyDestructionService } from './erasure/hash-key-destruction';
import { UpdateDutiesController } from './freshness/update-duties.controller';
import { UpdateDutiesService } from './freshness/update-duties.service';
import { UpdateDutyDesk } from './freshness/update-duty-desk';
import { UpdateDutyStore } from './freshness/update-duty.store';
import { ItemIndexStore } from './indexes/item-index.store';
import { ItemIndexes } from './indexes/item-indexes';
import { ExchangeStore1780000000001 } from './migrations/1780000000001-exchange-store';
import { MatterSubjects1795450000000 } from './migrations/1795450000000-matter-subjects';
import { WaysOfPushing1796000000000 } from './migrations/1796000000000-ways-of-pushing';
import { SourceColumns1796000003000 } from './migrations/1796000003000-source-columns';
import { ChangesKept1796000002000 } from './migrations/1796000002000-changes-kept';
import { UpdateDuties1796000001000 } from './migrations/1796000001000-update-duties';
import { ChannelEndpoints1797100000000 } from './migrations/1797100000000-channel-endpoints';
import { Exports1797200000000 } from './migrations/1797200000000-exports';
import { Subscriptions1797300000000 } from './migrations/1797300000000-subscriptions';
import { FeedChannels1797300001000 } from './migrations/1797300001000-feed-channels';
import { ItemInstants1797700000000 } from './migrations/1797700000000-item-instants';
import { BatchesHeld1797800001000 } from './migrations/1797800001000-batches-held';
import { QualityKept1798000000000 } from './migrations/1798000000000-quality-kept';
import { ChangesWithoutAfter1798000001000 } from './migrations/1798000001000-changes-without-after';
import { Uploads1797800000000 } from './migrations/1797800000000-uploads';
import { ChannelQueries1797500000000 } from './migrations/1797500000000-channel-queries';
import { Moments1797700001000 } from './migrations/1797700001000-moments';
import { Disposals1797700002000 } from './migrations/1797700002000-disposals';
import { ExchangeTasks1797500001000 } from './migrations/1797500001000-exchange-tasks';
import { BytesOfBatches1797500002000 } from './migrations/1797500002000-bytes-of-batches';
import { Traces1798070000000 } from './migrations/1798070000000-traces';
import { Causes1798770000000 } from './migrations/1798770000000-causes';
import { Quality1797400000000 } from './migrations/1797400000000-quality';
import { LivePolicy } from './policy/live-policy';
import { FailingSources } from './pushes/failing-sources';
import { MessageBatches } from './pushes/message-batches';
import { MessageJudge } from './pushes/message-judge';
import { PushAccess } from './pushes/push-access';
import { PushTopics } from './pushes/push-topics';
import { PushesConsumer } from './pushes/pushes.consumer';
import { PushesService } from './pushes/pushes.service';
import { SourceColumns } from './pushes/source-columns';
import { CallbackStore } from './queries/callback.store';
import { Callbacks } from './queries/callbacks';
import { QueriesController } from './queries/queries.controller';
import { BatchQuality } from './quality/batch-quality';
import { QualityController } from './quality/quality.controller';
import { QualityRetention } from './quality/quality-retention';
import { QualityService } from './quality/quality.service';
import { QualityStore } from './quality/quality.store';
import { DailyRows } from './records/daily-rows';
import { KeyedReader } from './records/keyed-reader';
import { MatterSubjects } from './records/matter-subjects';
import { Moments } from './records/moments';
import { RecordsRoutes } from './records/records.routes';
import { RecordsService } from './records/records.service';
import { ReleaseTokens } from './records/release-tokens';
import { Pools } from './store/pools';
import { ReaderRole } from './store/reader-role';
import { TopicAccess } from './topic-access';
import { FeedBatches } from './subscriptions/feed-batches';
import { FeedReaders } from './subscriptions/feed-readers';
import { FeedRecord } from './subscriptions/feed-record';
import { FeedTurn } from './subscriptions/feed-turn';
import { FeedTopics } from './subscriptions/feed-topics';
import { Feeds } from './subscriptions/feeds';
import { SubscriptionStore } from './subscriptions/subscription.store';
import { SubscriptionsController } from './subscriptions/subscriptions.controller';
import { SubscriptionsService } from './subscriptions/subscriptions.service';
import { Webhook } from './subscriptions/webhook';
import { WebhookNodes } from './subscriptions/webhook-nodes';
import { JobTasks } from './tasks/job-tasks';
import { ExchangeNodes } from './tasks/nodes.service';
import { ResourceTasks } from './tasks/resource-tasks';
import { TaskScope } from './tasks/task-scope';
import { TasksController } from './tasks/tasks.controller';
import { TasksService } from './tasks/tasks.service';
import { ChunkWalk } from './traces/chunk-walk';
import { SampleFits } from './traces/sample-fits';
import { SampleKeys } from './traces/sample-keys';
import { SampleStore } from './traces/sample.store';
import { SampleTracesController } from './traces/sample-traces.controller';
import { SamplesService } from './traces/samples.service';
import { TraceStore } from './traces/trace.store';
import { Tracers } from './traces/tracers';
import { TracesController } from './traces/traces.controller';
import { TracesService } from './traces/traces.service';
import { UploadPartsService } from './uploads/upload-parts.service';
import { UploadRuns } from './uploads/upload-runs';
import { UploadStore } from './uploads/upload.store';
import { UploadUpkeep } from './uploads/upload-upkeep';
import { UploadsController } from './uploads/uploads.controller';
import { UploadsService } from './uploads/uploads.service';

@Module({})
export class ExchangeModule {
  static with(config: ExchangeConfig, options: Pick<PlatformOptions, 'clock'> = {}): DynamicModule {
    return {
      module: ExchangeModule,
      imports: [
        PlatformModule.forRoot({
          name: 'exchange',
          config,
          migrations: [
            ExchangeStore1780000000001,
            MatterSubjects1795450000000,
            WaysOfPushing1796000000000,
            UpdateDuties1796000001000,
            ChangesKept1796000002000,
            SourceColumns1796000003000,
            ChannelEndpoints1797100000000,
            Exports1797200000000,
            Subscriptions1797300000000,
            FeedChannels1797300001000,
            Quality1797400000000,
            ItemInstants1797700000000,
            Moments1797700001000,
            Disposals1797700002000,
            Uploads1797800000000,
            BatchesHeld1797800001000,
            QualityKept1798000000000,
            ChangesWithoutAfter1798000001000,
            ChannelQueries1797500000000,
            Traces1798070000000,
            Causes1798770000000,
            ExchangeTasks1797500001000,
            BytesOfBatches1797500002000,
          ],
          consumer: { topics: [], maxBatch: 2_000 },
          ...options,
        }),
      ],
      controllers: [
        BatchesController,
        UpdateDutiesController,
        EndpointsController,
        QualityController,
        DisposalsController,
        ExportsController,
        QueriesController,
        TasksController,
        SubscriptionsController,
        UploadsController,
        HoldsController,
        TracesController,
        HashKeyDestructionController,
        SampleTracesController,
        PushesConsumer,
      ],
      providers: [
        { provide: ExchangeConfig, useValue: config },
        Pools,
        ReaderRole,
        LivePolicy,
        BatchStore,
        QualityStore,
        QualityService,
        BatchQuality,
        QualityRetention,
        HoldStore,
        Holding,
        HoldsService,
        BatchesService,
        ReportsService,
        AbandonedBatches,
        UpdateDutyStore,
        UpdateDutyDesk,
        UpdateDutiesService,
        FailingSources,
        TopicAccess,
        PushAccess,
        PushTopics,
        SourceColumns,
        MessageBatches,
        MessageJudge,
        PushesService,
        HashKeys,
        Deliveries,
        DailyRows,
        KeyedReader,
        Moments,
        MatterSubjects,
        RecordsService,
        ReleaseTokens,
        ChangeStore,
        ChangesService,
        ChangesRetention,
        DisposalStore,
        DisposalsService,
        Remains,
        Disposer,
        ItemIndexStore,
        ItemIndexes,
        Nodes,
        ChannelKey,
        EndpointStore,
        EndpointsService,
        ProviderHealth,
        ProviderCalls,
        ChannelService,
        ChannelRows,
        RecordsRoutes,
        { provide: Blobs, useFactory: () => new FileBlobs(config.EXPORT_DIR) },
        WebhookNodes,
        Webhook,
        SubscriptionStore,
        FeedBatches,
        FeedRecord,
        FeedTopics,
        FeedReaders,
        FeedTurn,
        Feeds,
        SubscriptionsService,
        ExportStore,
        ExportPermission,
        ExportSnapshot,
        ExportOutcomes,
        ExportRun,
        ExportRuns,
        ExportUpkeep,
        ExportsService,
        RedemptionsService,
        UploadStore,
        UploadRuns,
        UploadUpkeep,
        UploadsService,
        UploadPartsService,
        CallbackStore,
        Callbacks,
        TaskScope,
        JobTasks,
        ResourceTasks,
        TasksService,
        ExchangeNodes,
        ...[TraceStore, Tracers, ChunkWalk, SampleStore, SampleKeys, SampleFits, SamplesService],
        TracesService,
        HashKeyDestructionService,
      ],
    };
  }
}
