using FewShotAD.Domain.Models;
using FewShotAD.Domain.Projects;
using FewShotAD.Infrastructure.Persistence.Conversions;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace FewShotAD.Infrastructure.Persistence.Configurations;

internal sealed class ScoringBatchConfiguration : IEntityTypeConfiguration<ScoringBatch>
{
    public void Configure(EntityTypeBuilder<ScoringBatch> builder)
    {
        builder.ToTable("ScoringBatches");
        builder.HasKey(batch => new { batch.TenantId, batch.Id });
        builder.Property(batch => batch.Images).HasJsonColumn();
        builder.Property(batch => batch.ConcurrencyStamp).IsConcurrencyToken();
        builder.HasIndex(batch => batch.Status); // recovery asks for waiting and running ones of all tenants
        builder.HasOne<Project>().WithMany().HasForeignKey(batch => new { batch.TenantId, batch.ProjectId }).OnDelete(DeleteBehavior.Cascade);
        builder.HasOne<TrainedModel>().WithMany().HasForeignKey(batch => new { batch.TenantId, batch.ModelId }).OnDelete(DeleteBehavior.Cascade);
    }
}
