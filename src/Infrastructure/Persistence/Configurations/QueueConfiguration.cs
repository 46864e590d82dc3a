using FewShotAD.Domain.Queueing;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Training;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FewShotAD.Infrastructure.Persistence.Configurations;

internal sealed class QueueTurnConfiguration : IEntityTypeConfiguration<QueueTurn>
{
    public void Configure(EntityTypeBuilder<QueueTurn> builder)
    {
        builder.ToTable("QueueTurns");
        builder.Property(turn => turn.Id).ValueGeneratedNever();
        builder.Property(turn => turn.Number).IsConcurrencyToken();
        builder.HasData(new { Id = QueueTurn.OnlyId, Number = 0L });
    }
}

internal sealed class TeamShareConfiguration : IEntityTypeConfiguration<TeamShare>
{
    public void Configure(EntityTypeBuilder<TeamShare> builder)
    {
        builder.ToTable("TeamShares");
        builder.HasKey(share => share.TenantId);
        builder.Property(share => share.TenantId).ValueGeneratedNever();
        builder.Property(share => share.ConcurrencyStamp).IsConcurrencyToken();
        builder.HasOne<Tenant>().WithOne().HasForeignKey<TeamShare>(share => share.TenantId).OnDelete(DeleteBehavior.Cascade);
    }
}

internal sealed class WorkerNodeConfiguration : IEntityTypeConfiguration<WorkerNode>
{
    public void Configure(EntityTypeBuilder<WorkerNode> builder)
    {
        builder.ToTable("WorkerNodes");
        builder.HasKey(node => node.Node);
        builder.Property(node => node.Node).HasMaxLength(RunMoment.NodeMaxLength);
        builder.Property(node => node.Devices).HasMaxLength(WorkerNode.DevicesMaxLength);
    }
}
