using FewShotAD.Domain.Projects;
using FewShotAD.Domain.Tenancy;
using FewShotAD.Domain.Transfers;
using FewShotAD.Infrastructure.Persistence.Conversions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FewShotAD.Infrastructure.Persistence.Configurations;

internal sealed class TransferConfiguration : IEntityTypeConfiguration<Transfer>
{
    public void Configure(EntityTypeBuilder<Transfer> builder)
    {
        builder.ToTable("Transfers");
        builder.HasKey(transfer => new { transfer.TenantId, transfer.Id });
        builder.Property(transfer => transfer.Export).HasJsonColumn();
        builder.Property(transfer => transfer.Counts).HasJsonColumn();
        builder.Property(transfer => transfer.Rejections).HasJsonColumn();
        builder.Property(transfer => transfer.SourceName).HasMaxLength(Transfer.SourceNameMaxLength);
        builder.Property(transfer => transfer.FailureReason).HasMaxLength(Transfer.ReasonMaxLength);
        builder.Property(transfer => transfer.ConcurrencyStamp).IsConcurrencyToken();
        builder.HasIndex(transfer => new { transfer.TenantId, transfer.ProjectId, transfer.QueuedAt });
        builder.HasIndex(transfer => transfer.Status); // recovery asks for waiting and running ones of all tenants
        builder.HasIndex(transfer => transfer.ExpiresAt);
        builder.HasOne<Tenant>().WithMany().HasForeignKey(transfer => transfer.TenantId).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<Project>().WithMany().HasForeignKey(transfer => new { transfer.TenantId, transfer.ProjectId }).OnDelete(DeleteBehavior.Cascade);
    }
}
